"""A statement with all its steps, rounded as a whole, with a draw and with money that waits: page, sheet and API say the same, in both languages, to the fen."""
import hashlib
import io
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from squaredeal.commission.conftest import HUACHEN, Office
from squaredeal.commission.plans import actions as plans
from squaredeal.commission.statements import queries
from squaredeal.commission.statements.models import Statement
from squaredeal.kernel.errors import Refused
from squaredeal.organisation.team.models import Token

D = Decimal
CHANGED = (("half up to fen once per line", "half up to fen once per statement"), ("  round base: to fen", "  draw: {amount: 3000, recoverable: true, who: position = \"rep\"}\n  round base: exact"),
           ("    reserve: {keep: 15%, refund: year end}", "    reserve: {keep: 15%, refund: year end}\n    release: {milestones: [[10%, 10%], [90%, 60%], [100%, 100%]], received: receipt, of: contract_amount}"),
           ("settlement:\n", "  - {name: 签约奖, who: position = \"rep\", each: signing, rate: {lump: 88}}\nsettlement:\n"))


def draft(firm, *changed):
    text = HUACHEN.read_text(encoding="utf-8").split("examples:")[0]
    for old, new in changed:
        assert old in text
        text = text.replace(old, new)
    return plans.draft(firm.gu, None, text=text)


@pytest.fixture
def taken(firm, book):
    """陈's February: the contract is paid to nine tenths, so that more of January is released, a receipt of January came late, and the draw of January is paid back."""
    plans.publish(firm.zhou, draft(firm, *CHANGED))
    office, first = Office(firm), book.contract(firm.chen, 999_000)
    book.receive(first, D("100000.37"), date(2026, 1, 10))
    office.close("2026-01")
    book.receive(first, D("7777.77"), date(2026, 1, 30))
    book.receive(first, D("800000.01"), date(2026, 2, 5))
    office.compute("2026-02")
    return queries.latest(firm.chen, firm.chen)


def test_page_sheet_and_api_say_every_step(client, firm, taken):
    s, january = taken, Statement.objects.get(person=firm.chen, run__period__code="2026-01")
    assert january.payout == 3000 and january.advance == 3000 - (january.earned - january.held - january.reserved) and january.carried == -january.advance
    assert s.payout == s.earned + s.earlier - s.held - s.reserved + s.carried_in - s.carried and s.carried_in == -january.advance < s.carried < 0
    client.force_login(firm.chen)
    url = reverse("statements:statement", args=[s.pk])
    page = client.get(url).content.decode()
    own, late = queries.lines(firm.chen, s)
    exact = sum(x.difference for x in own)
    assert "按单取整" in page and f"{exact:,}" in page and exact != s.earned and "待发" in page and "本期发放" in client.get(reverse("statements:why", args=[
        next(x.pk for x in late if not x.difference)])).content.decode()
    assert "免掉" not in page and "以前预支的从提成抵回" in page and "预支到 3,000.00" in (first := client.get(reverse("statements:statement", args=[january.pk])).content.decode()) and "免掉" not in first
    assert "HC-0001 签订" in first and "签约奖" in client.get(reverse("statements:why", args=[january.run.lines.get(contract__isnull=False).pk])).content.decode()
    book = [list(row) for row in load_workbook(io.BytesIO(client.get(reverse("statements:download", args=[s.pk])).content)).active.values]
    for column in (11, 12, 13, 14):
        assert abs(sum(D(str(row[column] or 0)) for row in book[1:-1]) - D(str(book[-1][column]))) < D("0.000001"), column
    assert [D(str(book[-1][column])) for column in (11, 12, 13, 14)] == [s.earned + s.earlier, -s.held, -s.reserved, s.payout]
    Token.objects.create(person=firm.chen, name="test", digest=hashlib.sha256(b"key").hexdigest())
    told = client.get(f"/api/statements/{s.pk}", headers={"Authorization": "Bearer key"}).json()
    assert [D(told[name]) for name in ("held", "capped", "advance", "left", "payout")] == [s.held, s.capped, s.advance, s.left, s.payout]
    assert sum(D(x["difference"]) for x in told["lines"] if x["period"] == "2026-02") == exact and told["steps"]["draw"] == "3000.00"
    assert sum(D(whole) - D(was) for step in told["steps"]["rounding"] for *_exact, was, whole in [step["earned"]]) == s.earned + s.earlier
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with translation.override("en"):
        page = client.get(url).content.decode()
    assert "Rounded once per statement" in page and "what was advanced is paid back" in page


@pytest.mark.once
@pytest.mark.parametrize(("old", "new", "why"), [
    ("  negative: carry", "  negative: carry\n  draw: {amount: 3000, recoverable: true, who: '职等 = \"甲\"'}", "职等"),
    ("    reserve: {keep: 15%, refund: year end}", "    release: {events: {installation: 100%}}", "installation")])
def test_what_the_books_do_not_say_is_not_published(firm, old, new, why):
    made = draft(firm, (old, new), *([("period: month\n", "period: month\nattributes: {职等: text}\n")] if why == "职等" else []))
    with pytest.raises(Refused, match=why):
        plans.publish(firm.zhou, made)
    made.refresh_from_db()
    assert made.state == "draft"


def test_a_draw_that_what_is_owed_stops_adds_nothing_and_is_told_so(client, firm, book):
    plans.publish(firm.zhou, draft(firm, ("  round base: to fen", "  draw: {amount: 3000, recoverable: true, most owed: 3000, who: position = \"rep\"}\n  round base: to fen")))
    office, first = Office(firm), book.contract(firm.chen, 999_000)
    book.receive(first, D("100.00"), date(2026, 1, 10))
    office.close("2026-01")
    book.receive(first, D("-50000.00"), date(2026, 2, 5))
    office.compute("2026-02")
    s = queries.latest(firm.chen, firm.chen)
    assert s.earned < 0 and (s.payout, s.advance) == (0, 0) and s.balance == -s.earned + s.reserved
    client.force_login(firm.chen)
    page = client.get(reverse("statements:statement", args=[s.pk])).content.decode()
    assert "本月没有：欠款已到上限" in page and "不需要" not in page


@pytest.mark.once
def test_a_run_tells_what_is_owed_apart_from_what_a_limit_leaves_for_later(client, firm, taken):
    owes, waits = Statement.objects.filter(run=taken.run).order_by("carried")[:1].get(), D(700)
    owes.left, owes.carried = waits, owes.carried + waits
    owes.save()
    taken.run.carried += waits
    taken.run.save()
    client.force_login(firm.gu)
    shown = client.get(reverse("runs:run", args=[taken.run_id])).context
    assert shown["later"] == waits and shown["owed"] == waits - taken.run.carried > 0
