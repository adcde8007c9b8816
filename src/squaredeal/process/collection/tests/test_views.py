"""The pages of collection: who sees what, the matcher as typed, refusals under their fields, queries that do not grow."""
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from squaredeal.process.collection import actions
from squaredeal.process.collection.models import Allocation, Receipt
from squaredeal.process.contracts.models import Contract

from .conftest import day

D = Decimal


def get(client, person, name, *args, **given):
    client.force_login(person)
    return client.get(reverse(f"collection:{name}", args=args), given)


def post(client, person, name, *args, **given):
    client.force_login(person)
    return client.post(reverse(f"collection:{name}", args=args), given)


@pytest.fixture
def two_regions(till):
    """East: 100 late 31 days, 50 due today; west: 70 late 3 days."""
    east = till.contract((-31, "1000000"), (0, "500000"))
    west = till.contract((-3, "700000"), customer=till.customer_of(till.firm.lin))
    return east, west


@pytest.mark.parametrize(("who", "late", "week"), [("zhou", 2, 1), ("gu", 2, 1), ("wang", 1, 1), ("chen", 1, 1), ("li", 1, 0), ("lin", 1, 0), ("xu", 0, 0)])
def test_each_sees_the_money_within_reach(two_regions, till, client, who, late, week):
    got = get(client, getattr(till.firm, who), "index")
    assert got.status_code == 200
    assert (got.context["total"]["late_n"], got.context["total"]["week_n"]) == (late, week)


def test_what_waits_is_decided_in_the_row(two_regions, till, client):
    part = till.parts(two_regions[0])[0]
    assert [x.pk for x in get(client, till.firm.wang, "index").context["waits"]] == [part.pk]
    for who in ("chen", "gu", "li"):
        assert get(client, getattr(till.firm, who), "index").context["waits"] == []
    back = post(client, till.firm.wang, "grace", part.pk, until=day(10).isoformat(), next="/collection/?view=late")
    assert (back.status_code, back["Location"]) == (303, "/collection/?view=late")
    part.refresh_from_db()
    assert part.grace_until == day(10)
    assert get(client, till.firm.wang, "index").context["waits"] == []
    away = post(client, till.firm.wang, "grace", part.pk, until=day(9).isoformat(), next="https://elsewhere.example/")
    assert away["Location"] == reverse("collection:instalment", args=[part.pk])


def test_views_narrow_the_list(two_regions, till, client):
    east, west = two_regions
    a, b = till.parts(east)
    actions.promise(till.firm.chen, b, promised_on=day(4))
    for view, shown in [("late", {a.pk, till.parts(west)[0].pk}), ("promised", {b.pk}), ("broken", set()), ("retention", set())]:
        got = get(client, till.firm.zhou, "index", view=view)
        assert {x.pk for x in (*got.context["late"], *got.context["ahead"], *got.context["waits"])} == shown, view
    only = get(client, till.firm.zhou, "index", view="late", unit=till.firm.west.pk)
    assert {x.pk for x in only.context["late"]} == {till.parts(west)[0].pk}
    assert get(client, till.firm.zhou, "index", view="nonsense", unit="x", page="99").status_code == 200


def test_regions_add_up(two_regions, till, client):
    till.receive("300000", matches={till.parts(two_regions[0])[1].pk: D(300_000)})
    Contract.objects.update(signed_on=timezone.localdate())
    flow = get(client, till.firm.zhou, "flow").context["flow"]
    assert [(r["unit"].name, r["signed"], r["collected"], r["late"]) for r in flow["regions"]] == [
        ("华东", D(1_500_000), D(300_000), D(1_000_000)), ("西部", D(700_000), 0, D(700_000))]
    assert flow["total"]["open"] == D(1_900_000)
    mine = get(client, till.firm.chen, "flow").context["flow"]
    assert [r["unit"].name for r in mine["regions"]] == ["华东"]


def test_cash_pages_within_queries_however_many_rows(two_regions, till, client, django_assert_max_num_queries):
    till.receive("10", matches={})
    till.receive("10")
    for who in ("zhou", "wang", "chen", "gu"):
        person = getattr(till.firm, who)
        counts = {}
        for name in ("index", "flow", "side", "receipts"):
            get(client, person, name)
            with django_assert_max_num_queries(99) as asked:
                assert get_again(client, name).status_code == 200
            assert len(asked) <= 15, (who, name, [q['sql'][:150] for q in asked.captured_queries])
            counts[name] = len(asked)
        for n in range(3):
            till.contract((-31 - n, "1000"), (-2, "300"), (1, "50"))
            till.receive("40")
        for name, count in counts.items():
            with django_assert_max_num_queries(count):
                get_again(client, name)


def get_again(client, name):
    return client.get(reverse(f"collection:{name}"))


@pytest.mark.parametrize("who", ["lin", "li", "xu"])
def test_outside_reach_every_door_is_404(till, client, who):
    contract = till.contract((-31, "100"))
    made, part = till.receive("60"), till.parts(contract)[0]
    person = getattr(till.firm, who)
    for name, pk in [("receipt", made.pk), ("instalment", part.pk), ("money", till.customer.pk)]:
        assert get(client, person, name, pk).status_code == 404
    for name, pk in [("match", made.pk), ("reverse", made.pk), ("stop", part.pk), ("grace", part.pk), ("promise", part.pk), ("refund", part.pk)]:
        assert post(client, person, name, pk, reason="x", amount="1", until=day(3), on=day(0), note="x", promised_on=day(3)).status_code == 404
    part.refresh_from_db()
    assert (part.collected, part.delivery_stopped, part.promises, Receipt.objects.count()) == (D(60), False, 0, 1)


@pytest.mark.parametrize("who", ["chen", "wang", "zhou"])
def test_only_finance_comes_to_the_money_forms(till, client, who):
    part = till.parts(till.contract((0, "100")))[0]
    made = till.receive("60")
    person = getattr(till.firm, who)
    assert get(client, person, "receive").status_code == 422
    for name, pk in [("match", made.pk), ("reverse", made.pk), ("refund", part.pk)]:
        assert post(client, person, name, pk, reason="x", amount="1", on=day(0).isoformat(), note="x", **{f"match-{part.pk}": "1"}).status_code == 422
    assert post(client, person, "receive", customer=till.customer.pk, amount="5", on=day(0).isoformat(), kind="cash").status_code == 422
    assert Receipt.objects.count() == 1 and Allocation.objects.count() == 1


def test_the_customer_is_found_by_name_initials_or_contract(till, client):
    contract = till.contract((0, "100"))
    for text in ("凌云", "szly", contract.number):
        assert [c.pk for c in get(client, till.firm.gu, "receive", q=text).context["found"]] == [till.customer.pk]
    assert get(client, till.firm.gu, "receive", q="没有").context["found"] == []


def test_a_receipt_is_recorded_as_shown(till, client):
    contract = till.contract((-2, "52"), (5, "16.80"))
    a, b = till.parts(contract)
    tried = post(client, till.firm.gu, "try", customer=till.customer.pk, amount="60")
    assert tried.status_code == 200 and not Receipt.objects.exists()
    spread = client.post(reverse("collection:try") + "?spread=1", {"customer": till.customer.pk, "amount": "60"})
    assert [row["field"].value() for row in spread.context["match"]["rows"]] == ["52.00", "8.00"]
    sent = {"customer": till.customer.pk, "amount": "60", "on": day(0).isoformat(), "kind": "transfer", "bank_reference": "CMB-1", "plan": "given",
            f"match-{a.pk}": "50", f"match-{b.pk}": "8.00"}
    assert post(client, till.firm.gu, "receive", **sent).status_code == 303
    made = Receipt.objects.get()
    assert made.unmatched == D(2) and {x.instalment_id: x.amount for x in made.allocations.all()} == {a.pk: D(50), b.pk: D(8)}


def test_without_a_script_the_policy_matches(till, client):
    contract = till.contract((-2, "52"), (5, "16.80"))
    assert post(client, till.firm.gu, "receive", customer=till.customer.pk, amount="60", on=day(0).isoformat(), kind="cash", plan="auto").status_code == 303
    assert [x.collected for x in till.parts(contract)] == [D(52), D(8)]


def test_cleared_lines_leave_a_prepayment(till, client):
    contract = till.contract((-2, "52"))
    post(client, till.firm.gu, "receive", customer=till.customer.pk, amount="60", on=day(0).isoformat(), kind="cash", plan="given")
    assert till.parts(contract)[0].collected == 0 and Receipt.objects.get().unmatched == D(60)


def test_too_much_on_a_line_is_told_under_it(till, client):
    a, = till.parts(till.contract((-2, "52")))
    tried = post(client, till.firm.gu, "try", customer=till.customer.pk, amount="60", **{f"match-{a.pk}": "53"})
    assert "1.00" in tried.content.decode() and f'id="e-{a.pk}"' in tried.content.decode()
    got = post(client, till.firm.gu, "receive", customer=till.customer.pk, amount="60", on=day(0).isoformat(), kind="cash", **{f"match-{a.pk}": "53"})
    assert got.status_code == 422 and 'value="53"' in got.content.decode() and "aria-invalid" in got.content.decode()
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"amount": "abc"}, {"amount": "1e400"}, {"amount": "NaN"}, {"amount": "-5"}, {"amount": "1", "on": "2026-02-31"},
                                  {"amount": "1", "kind": "refund"}, {"amount": "0.001"}, {"amount": "9" * 40}])
def test_nonsense_is_answered_and_changes_nothing(till, client, sent):
    till.contract((0, "100"))
    got = post(client, till.firm.gu, "receive", customer=till.customer.pk, **({"on": day(0).isoformat(), "kind": "cash"} | sent))
    assert got.status_code == 422 and not Receipt.objects.exists()
    assert post(client, till.firm.gu, "try", customer=till.customer.pk, **sent).status_code == 200
    assert post(client, till.firm.gu, "receive", customer="abc").status_code == 422


def test_the_same_again_asks_before_it_is_recorded(till, client):
    sent = {"customer": till.customer.pk, "amount": "60", "on": day(0).isoformat(), "kind": "cash", "plan": "auto"}
    assert post(client, till.firm.gu, "receive", **sent).status_code == 303
    again = post(client, till.firm.gu, "receive", **sent)
    assert again.status_code == 422 and 'name="again"' in again.content.decode()
    assert post(client, till.firm.gu, "receive", **sent, again="on").status_code == 303


def test_a_prepayment_is_matched_from_its_page_and_a_receipt_reversed(till, client):
    made = till.receive("60")
    a, = till.parts(till.contract((5, "52")))
    assert post(client, till.firm.gu, "match", made.pk, **{f"match-{a.pk}": "53"}).status_code == 422
    assert post(client, till.firm.gu, "match", made.pk, **{f"match-{a.pk}": "52"}).status_code == 303
    assert 'class="sd-row mverbs"' not in client.get(reverse("collection:receipt", args=[made.pk])).text   # nothing is open: nothing to post
    assert post(client, till.firm.gu, "reverse", made.pk, reason="").status_code == 422
    back = post(client, till.firm.gu, "reverse", made.pk, reason="登错")
    assert back.status_code == 303 and client.get(back["Location"]).status_code == 200
    a.refresh_from_db()
    assert a.collected == 0


def test_a_refund_from_the_instalments_page(till, client):
    a, = till.parts(till.contract((5, "52")))
    till.receive("52")
    assert post(client, till.firm.gu, "refund", a.pk, amount="60", on=day(0).isoformat(), note="退货").status_code == 422
    assert post(client, till.firm.gu, "refund", a.pk, amount="12", on=day(0).isoformat(), note="退货").status_code == 303
    a.refresh_from_db()
    assert a.collected == D(40)


def test_the_money_box(till, client):
    till.contract((-3, "100"), (9, "50"))
    till.contract((-3, "999"), state="draft")
    till.receive("60")
    money = get(client, till.firm.chen, "money", till.customer.pk).context["money"]
    assert (money["contracts"], money["amount"], money["collected"], money["receivable"], money["overdue"], money["days"]) == (
        1, D(150), D(60), D(90), D(40), 3)


def test_exports_hold_what_is_within_reach(two_regions, till, client):
    till.receive("40", note="x", bank_reference="=1+1")
    for name in ("export", "export_receipts"):
        client.force_login(till.firm.chen)
        text = client.get(reverse(f"collection:{name}"), {"format": "csv"}).content.decode("utf-8-sig")
        assert "苏州凌云" in text and "成都远景" not in text
    assert "'=1+1" in text
    assert client.get(reverse("collection:export"))["Content-Type"].startswith("application/vnd")


def test_receipts_are_found_and_narrowed(till, client):
    till.contract((0, "100"))
    a, b = till.receive("60", bank_reference="CMB-7"), till.receive("90", kind="bill")
    for given, found in [({"q": "CMB-7"}, {a.pk}), ({"q": "凌云"}, {a.pk, b.pk}), ({"kind": "bill"}, {b.pk}), ({"open": "1"}, {b.pk}), ({"q": b.number}, {b.pk}),
                         ({"period": "2001"}, set()), ({"kind": "x", "customer": "y"}, {a.pk, b.pk})]:
        got = get(client, till.firm.chen, "receipts", **given)
        assert {r.pk for r in got.context["shown"]} == found, given
