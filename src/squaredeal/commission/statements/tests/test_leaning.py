"""Why of lines that lean on others: a cap of the year is worked out again from the lines before it, not told."""
from datetime import date
from decimal import Decimal

from django.urls import reverse

from squaredeal.commission.conftest import HUACHEN
from squaredeal.commission.plans import actions as plans
from squaredeal.commission.runs.models import Line

D = Decimal
CAPPED = HUACHEN.read_text(encoding="utf-8").replace("    reserve: {keep: 15%, refund: year end}", "    limit: {cap: 5000, window: year}\n    reserve: {keep: 15%, refund: year end}")


def test_a_cap_over_the_year_is_worked_out_from_what_the_earlier_months_gave(firm, book, office, client):
    plans.publish(firm.zhou, plans.draft(firm.gu, None, text=CAPPED.replace("version: 1", "version: 2")), starts_on=date(2026, 1, 1))
    deal = book.contract(firm.chen, 1130000)
    book.receive(deal, 339000, date(2026, 1, 10))
    office.close("2026-01")
    book.receive(deal, 113000, date(2026, 2, 5))
    book.receive(deal, 339000, date(2026, 2, 10))
    run = office.compute("2026-02")
    earned = dict(Line.objects.filter(run=run, person=firm.chen, fact_period="2026-02").values_list("allocation__on", "earned"))
    assert earned == {date(2026, 2, 5): D(1000), date(2026, 2, 10): D(1000)}, "3,000 of January and 1,000 leave 1,000 of 3,000 and more"
    line = Line.objects.get(run=run, person=firm.chen, allocation__on=date(2026, 2, 10))
    client.force_login(firm.chen)
    page = client.get(reverse("statements:why", args=[line.pk]))
    capped, = (step for step in page.context["why"]["steps"] if step["amount"] == "1,000.00" and step["arithmetic"] and "5,000" in str(step["arithmetic"]))
    assert capped["arithmetic"] == ["5,000.00 − 4,000.00"]
    client.force_login(firm.lin)
    assert client.get(reverse("statements:why", args=[line.pk])).status_code == 404
