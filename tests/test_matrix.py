"""Every address × every role × own, team and other region: outside reach is 404, and nothing of the neighbour shows anywhere.

The addresses are read from the resolver, so a new one that says nothing about its subject here fails.
"""
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from squaredeal.commission.plans.models import PlanVersion
from squaredeal.commission.runs.models import Line, Period, Run
from squaredeal.commission.statements.models import Objection, Statement
from squaredeal.kernel.calendar import month_of
from squaredeal.kernel.models import Entry, Journal, Notice, PolicyVersion
from squaredeal.organisation.approvals.models import Request, Step
from squaredeal.organisation.team.models import Token
from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.contracts.models import Attachment, Contract, ContractLine, Event, Instalment
from squaredeal.process.customers.models import Contact, Customer, View
from squaredeal.process.followup.models import Excuse, FollowUp, Obligation
from squaredeal.process.negotiation.models import Card, Concession, Deal, Price, Product, Quote, QuoteLine, Round

SECRET = {"east": "东方机密", "west": "西部机密"}
SUBJECT = {
    "site:timeline": "customer", "customers:record": "customer", "customers:step": "customer", "customers:fact": "customer",
    "customers:contact": "customer", "customers:change_contact": "contact", "customers:grade": "customer", "customers:together": "customer",
    "customers:dismiss": "customer", "customers:drop_view": "view", "customers:undo": "journal", "followup:log": "customer",
    "followup:next": "customer", "followup:reschedule": "customer", "followup:obligations": "customer", "followup:ask_quiet": "customer",
    "followup:grant": "excuse", "followup:decline": "excuse", "negotiation:of_customer": "customer", "negotiation:deal": "deal",
    "negotiation:move": "deal", "negotiation:revise": "deal", "negotiation:next_step": "deal", "negotiation:card": "deal",
    "negotiation:round": "deal", "negotiation:draft": "deal", "negotiation:quote": "quote", "negotiation:try": "quote", "negotiation:save": "quote",
    "negotiation:send": "quote", "negotiation:accept": "quote", "negotiation:lose": "quote", "negotiation:renew": "quote",
    "negotiation:rounds": "quote", "negotiation:new_line": "quote", "negotiation:lines": "quote", "negotiation:add_concession": "quote",
    "negotiation:drop_concession": "quote", "contracts:draft": "quote", "contracts:contract": "contract", "contracts:paper": "contract",
    "contracts:save": "contract", "contracts:submit": "contract", "contracts:file": "contract", "contracts:terminate": "contract",
    "contracts:attachment": "attachment", "contracts:events": "contract", "contracts:record": "contract", "contracts:withdraw_event": "event", "collection:money": "customer", "collection:instalment": "instalment", "collection:promise": "instalment",
    "collection:stop": "instalment", "collection:grace": "instalment", "collection:refund": "instalment", "collection:receipt": "receipt",
    "collection:match": "receipt", "collection:reverse": "receipt", "credits:contract": "contract", "approvals:request": "request",
    "approvals:chain": "request", "approvals:approve": "request", "approvals:send_back": "request", "approvals:withdraw": "request",
    "approvals:countersign": "request", "approvals:delegate": "request", "statements:statement": "statement", "statements:download": "statement",
    "statements:confirm": "statement", "statements:object": "statement", "statements:why": "line", "statements:of_receipt": "receipt",
    "statements:answer": "objection", "statements:withdraw": "objection", "statements:estimate": "rep", "statements:what_if": "quote",
    "statements:what_if_amount": "rep", "team:revoke": "token",
    "targets:undo": "journal", "appraisal:undo": "journal", "appraisal:history": "rep", "kernel:open": "notice", "site:import_undo": "brought",
}
OWN_ONLY = {"customers:drop_view", "targets:undo", "appraisal:undo", "team:revoke", "kernel:open", "site:import_undo"}
"""Subjects that are one person's alone: not even the manager or the director reaches them (a hand-over the director may undo)."""
COMMON = {"site:enter", "team:person", "team:decide", "team:position", "team:end_deputy", "team:rename_unit", "team:drop_second_step", "team:revoke_of", "rulebook:decide", "rulebook:acknowledge", "negotiation:product", "negotiation:price",
          "negotiation:change_product", "plans:plan", "plans:revise", "plans:text", "plans:publish", "plans:drop", "runs:run", "runs:payout",
          "runs:lines", "runs:verify", "runs:move"}
"""Subjects of the whole firm: colleagues, versions, products, plans, runs; what each role may do with them is proved in its section."""
MORE = {"cell": "industry", "which": "intention", "person": 1, "concession": 1, "verb": "appoint", "step": "review", "stage": "selection",
        "number": "2.2.1", "token": "nobodys-file-at-all-00", "key": 1}


def addresses(resolver=None, space=""):
    """[(name, converters)] of every named address of ours."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, pattern.namespace or space)
        elif pattern.name and space and not space.startswith("api"):
            yield f"{space}:{pattern.name}", pattern.pattern.converters


@cache
def parts_of():
    """{name: converters} of every named address, read from the resolver once."""
    return dict(addresses())


def furnish(firm, rep, side, product, plan, run):
    """One of everything that belongs to `rep`, by the names used above."""
    name, day, now = SECRET[side], date(2026, 3, 2), timezone.now()
    customer = Customer.objects.create(name=f"{name}有限公司", short_name=name, initials=side, owner=rep, grade="A", next_step=f"{name}下一步",
                                       next_step_kind="call", next_step_on=timezone.localdate(), last_contact_on=day)
    found = {"customer": customer, "rep": rep, "contact": Contact.objects.create(customer=customer, name=f"{name}联系人")}
    FollowUp.objects.create(customer=customer, by=rep, kind="call", body=f"{name}谈话", at=now)
    Obligation.objects.create(customer=customer, owner=rep, grade="A", kind="call", clause="2.2.1", opened_on=day, due_on=timezone.localdate() - timedelta(days=2),
                              late_since=timezone.localdate() - timedelta(days=2))
    found["excuse"] = Excuse.objects.create(person=rep, customer=customer, starts_on=day, ends_on=day, reason=f"{name}勿扰")
    found["deal"] = deal = Deal.objects.create(customer=customer, name=f"{name}商机", stage="negotiation", stage_since=day, opened_on=day,
                                               amount=Decimal("51423.00"), probability=Decimal("0.5"), expected_on=timezone.localdate())
    Card.objects.create(deal=deal, needs=f"{name}需求", walk_away=Decimal(1))
    Round.objects.create(deal=deal, on=day, ours=1, theirs=1, outcome=f"{name}轮次", by=rep)
    found["quote"] = quote = Quote.objects.create(deal=deal, number=f"Q-{name}", state="draft", made_on=day, total=1, list_total=1, made_by=rep)
    QuoteLine.objects.create(quote=quote, product=product, quantity=1, list_price=1, floor_price=1, cost=1, offer=1)
    Concession.objects.create(quote=quote, give=f"{name}给", get=f"{name}换")
    found["contract"] = contract = Contract.objects.create(number=f"HC-{name}", title=f"{name}合同", customer=customer, signed_by=rep, signed_on=day,
                                                           amount=1000, state="approved", approved_on=day)
    ContractLine.objects.create(contract=contract, product=product, quantity=1, price=1000)
    found["attachment"] = Attachment.objects.create(contract=contract, name=f"{name}.pdf", file=ContentFile(b"%PDF-1.4", "a.pdf"), size=8, digest="0" * 64, by=rep)
    found["event"] = Event.objects.create(contract=contract, kind="delivery", on=day, amount=300, note=f"{name}发货", recorded_by=firm.gu)
    found["instalment"] = instalment = Instalment.objects.create(contract=contract, order=1, due_on=day, amount=1000, collected=400)
    found["receipt"] = receipt = Receipt.objects.create(number=f"SK-{name}", customer=customer, on=timezone.localdate(), amount=400, recorded_by=firm.gu)
    allocation = Allocation.objects.create(receipt=receipt, instalment=instalment, amount=400, on=timezone.localdate(), by=firm.gu)
    found["request"] = request = Request.objects.create(kind="quote", subject_id=quote.pk, title=f"{name}让价", asked_by=rep, condition=f"{name}条件")
    Step.objects.create(request=request, order=1, approver=rep.seat.manager, state="waiting")
    found["line"] = Line.objects.create(run=run, person=rep, key=f"回款提成|{rep.pk}|{allocation.pk}", component="回款提成", allocation=allocation,
                                        fact_period=run.period.code, base=400, earned=4, payout=4, difference=4, plan=plan, detail={"given": {"amount": "400", "position": "rep"}})
    found["statement"] = Statement.objects.create(run=run, person=rep, base=400, earned=4, payout=4)
    found["objection"] = Objection.objects.create(person=rep, period=run.period, text=f"{name}异议", due_on=timezone.localdate())
    found["view"] = View.objects.create(person=rep, name=f"{name}视图", query="grade=A")
    found["journal"] = Journal.objects.create(actor=rep, verb="customers.assign", count=1)
    found["brought"] = Journal.objects.create(actor=rep, verb="customers.import", count=1, moves={"file": f"{name}.csv", "ids": []})
    found["token"] = Token.objects.create(person=rep, name=f"{name}令牌", digest=side.ljust(64, "0"))
    found["notice"] = Notice.objects.create(to=rep, text=f"{name}通知", url="/")
    return found


@pytest.fixture
def world(firm):
    """The firm with one of everything in the east and in the west."""
    product = Product.objects.create(code="P", name="产品", line="线")
    Price.objects.create(product=product, starts_on=date(2020, 1, 1), list_price=1, floor_price=1, cost=1)
    plan = PlanVersion.objects.create(name="方案", text=PLAN, state="published", starts_on=date(2026, 1, 1), made_by=firm.gu, published_by=firm.zhou)
    first, last = month_of(timezone.localdate())
    period = Period.objects.create(code=f"{first:%Y-%m}", starts_on=first, ends_on=last)
    run = Run.objects.create(period=period, number=1, plan=plan, computed_by=firm.gu, computed_at=timezone.make_aware(datetime(2026, 3, 1)))
    return {"east": furnish(firm, firm.chen, "east", product, plan, run), "west": furnish(firm, firm.lin, "west", product, plan, run)}


PLAN = """
plan: 方案
effective: {from: 2026-01-01}
period: month
components:
  - {name: 回款提成, clause: 三.3, who: position = "rep", each: receipt, base: amount, rate: 1%}
settlement: {round: half up to fen once per line, negative: carry, statutory cap: 20%}
"""


def with_subject():
    return sorted(name for name, parts in parts_of().items() if "pk" in parts)


def without_subject():
    return sorted(name for name, parts in parts_of().items() if "pk" not in parts and name not in {"site:language", "site:welcome"})


def address(name, subject):
    parts = parts_of()[name]
    return reverse(name, kwargs={key: subject.pk if key == "pk" else MORE[key] for key in parts})


def test_every_address_says_whose_its_subject_is():
    assert [name for name in with_subject() if name not in SUBJECT and name not in COMMON] == []
    known = set(parts_of())
    assert [name for name in (*SUBJECT, *COMMON) if name not in known] == []


ON_RECORD = {"customers:export", "collection:export", "collection:export_receipts", "contracts:export", "runs:payout"}
"""Addresses whose visit is itself on record."""


def visited(client, name, url):
    """(answer, body, faults): a visit changes no row, and what it shows runs no foreign script, stands in no frame, is kept by no proxy."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    wrote = [q["sql"][:90] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in q["sql"]]
    faults = wrote
    if name in ON_RECORD:
        faults = [] if answer.status_code != 200 or any("kernel_entry" in sql for sql in wrote) else ["not on record"]
    head = answer.headers
    if "script-src 'self'" not in head["Content-Security-Policy"] or head["X-Frame-Options"] != "DENY" \
            or head["X-Content-Type-Options"] != "nosniff" or not head["Cache-Control"].startswith("private"):
        faults.append(dict(head))
    return answer, body, faults


@pytest.mark.django_db
def test_outside_reach_every_address_is_not_found_by_get_and_by_post(firm, world, client):
    """The west's representative and manager, and the administrator, on everything of the east."""
    leaks = []
    for person in (firm.lin, firm.li, firm.xu):
        client.force_login(person)
        for name in with_subject():
            if name not in SUBJECT:
                continue
            url = address(name, world["east"][SUBJECT[name]])
            codes = {client.get(url).status_code, client.post(url).status_code}
            if not codes <= {404, 405} or 404 not in codes:
                leaks.append((person.login, name, sorted(codes)))
    assert leaks == []


@pytest.mark.django_db
def test_within_reach_every_address_answers(firm, world, client):
    """The owner, the manager and the director get an answer, never not-found and never a fault; the visit writes nothing."""
    deaf = []
    for person in (firm.chen, firm.wang, firm.zhou):
        client.force_login(person)
        for name in with_subject():
            if name not in SUBJECT or (name in OWN_ONLY and person != firm.chen):
                continue
            answer, _body, faults = visited(client, name, address(name, world["east"][SUBJECT[name]]))
            if faults or answer.status_code not in {200, 302, 405, 422, 403}:
                deaf.append((person.login, name, faults))
    assert deaf == []


@pytest.mark.django_db
def test_what_is_one_persons_alone_is_reached_by_nobody_else(firm, world, client):
    for person in (firm.wang, firm.zhou, firm.gu):
        client.force_login(person)
        for name in OWN_ONLY:
            assert client.post(address(name, world["east"][SUBJECT[name]])).status_code in {403, 404, 422}, (person.login, name)
    assert View.objects.count() == 2 and not Token.objects.filter(revoked_at__isnull=False).exists()
    assert not Notice.objects.filter(read_at__isnull=False).exists() and not Journal.objects.filter(undone_at__isnull=False).exists()


@pytest.mark.django_db
def test_no_page_list_search_or_export_shows_the_neighbour(firm, world, client):
    """Every address without a subject, as everybody, with filters that would find all: no word of the other region."""
    shown = []
    hidden = {firm.chen: ["west"], firm.wang: ["west"], firm.lin: ["east"], firm.li: ["east"], firm.xu: ["east", "west"]}
    for person, sides in hidden.items():
        client.force_login(person)
        for name in without_subject():
            parts = parts_of()[name]
            url = reverse(name, kwargs={key: MORE[key] for key in parts})
            theirs = world[sides[0]]
            for query in ("?scope=firm&period=2026", f"?q={SECRET[sides[0]][:2]}&scope=firm&ids={theirs['customer'].pk}&customer={theirs['customer'].pk}"
                          f"&owner={theirs['rep'].pk}&kind=customers.customer&pk={theirs['customer'].pk}&person={theirs['rep'].pk}"):
                answer, body, faults = visited(client, name, url + query)
                assert answer.status_code < 500 and faults == [], (name, faults)
                shown += [(person.login, name, query, side) for side in sides if SECRET[side].encode() in body]
    assert shown == []


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in_everywhere(world, client):
    for name in (*with_subject(), *without_subject()):
        parts = parts_of()[name]
        url = reverse(name, kwargs={key: 1 if key == "pk" else MORE[key] for key in parts})
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code in {302, 404, 405}, name
            assert answer.status_code != 302 or "/account/login" in answer["Location"], name


@pytest.mark.once
@pytest.mark.django_db
def test_no_post_from_another_site_is_taken(firm, world):
    forged, taken = Client(enforce_csrf_checks=True), []
    forged.force_login(firm.zhou)
    for name, parts in parts_of().items():
        subject = world["east"][SUBJECT[name]] if name in SUBJECT else firm.chen
        url = reverse(name, kwargs={key: subject.pk if key == "pk" else MORE[key] for key in parts})
        taken += [name] if forged.post(url).status_code not in {403, 405} else []
    assert taken == []


FULL = {
    "team:decide": [("appoint", {"unit": 2, "position": 1, "starts_on": "2099-01-01"}), ("let_go", {"left_on": "2099-01-01"}), ("password", {"password": "long-enough-42"}),
                    ("deputy", {"deputy": 4, "starts_on": "2099-01-01", "ends_on": "2099-01-02"}), ("facts", {"name": "另一个"}), ("stay", {})],
    "team:position": [("", {"name": "另一个"})], "team:rename_unit": [("", {"name": "另一个"})], "team:drop_second_step": [("", {})], "team:revoke_of": [("", {})],
    "negotiation:price": [("", {"starts_on": "2099-01-01", "list_price": "9", "floor_price": "1", "cost": "1"})],
    "negotiation:change_product": [("", {"name": "另一个", "line": "线", "measure": "台"})], "plans:revise": [("", {"text": "plan: x"})],
    "plans:publish": [("", {"starts_on": "2099-01-01"})], "plans:drop": [("", {})],
    "runs:move": [(step, {"note": "退回"}) for step in ("review", "approve", "send_back", "post", "pay", "unpay")],
    "rulebook:decide": [(verb, {"starts_on": "2099-01-01"}) for verb in ("submit", "publish", "send_back", "drop")],
}
"""Verbs on what is the firm's, each with a body that is whole, so that it is the role that says no."""


@pytest.mark.once
@pytest.mark.django_db
def test_what_is_the_firms_is_changed_by_no_rep_and_money_by_no_administrator(firm, world, client):
    draft = PlanVersion.objects.create(name="草案", text=PLAN, made_by=firm.gu)
    run, policy = Run.objects.get(), PolicyVersion.objects.create(number="t.1", state="submitted", drafted_by=firm.wang)
    subject = {"plans": draft, "runs": run, "rulebook": policy, "negotiation": Product.objects.get(), "team:position": firm.chen.seat.position, "team:rename_unit": firm.east}
    done = []
    for person, spaces in ((firm.lin, ("team", "negotiation", "plans", "runs", "rulebook")), (firm.li, ("team", "negotiation", "plans", "runs")),
                           (firm.xu, ("plans", "runs")), (firm.gu, ("team", "negotiation", "rulebook"))):
        client.force_login(person)
        before = Entry.objects.count()
        for name, bodies in FULL.items():
            space, parts = name.split(":")[0], parts_of()[name]
            for step, body in bodies if space in spaces else ():
                of = subject.get(name) or subject.get(space) or firm.chen
                more = {key: of.pk if key == "pk" else step if key in {"verb", "step"} else MORE[key] for key in parts}
                if client.post(reverse(name, kwargs=more), body).status_code not in {404, 422}:
                    done.append((person.login, name, step))
        assert Entry.objects.count() == before, person.login
    assert done == []
