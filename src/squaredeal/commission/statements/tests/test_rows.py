"""What changed a line is said by the name the plan gives it: a factor of the region is not taken for one of overdue days, an addition not for the first order."""
import re
from datetime import date

import pytest
from django.urls import reverse

from squaredeal.commission.plans.reading import loaded
from squaredeal.commission.runs.models import Line
from squaredeal.commission.statements import rows

pytestmark = pytest.mark.once
PLAN = """
plan: rows
effective: {from: 2026-01-01}
period: month
attributes: {区: text, instalment: text}
tables: {地区系数: {lookup: 区, rows: {北: 1.2, 南: 80%}}}
components:
  - name: 提成
    each: receipt
    base: amount
    rate: 1%
    uplift: [{when: first_order, add: 0.5%}, {when: 区 = "南", add: 0.25%}]
    factor: [{when: overdue_days > 90, times: 50%}, {times: 地区系数}, {when: instalment = "质保金", times: 90%}]
settlement: {round: half up to fen once per line, negative: carry}
"""


@pytest.mark.parametrize(("given", "uplift", "factor", "said"), [
    ({"overdue_days": "12", "区": "南", "first_order": "true", "instalment": ""}, "0.0075", "0.8", ["首单 +0.5 点", "区 = 南 +0.25 点", "地区系数 × 0.8"]),
    ({"overdue_days": "97", "区": "北", "first_order": "false", "instalment": "质保金"}, None, "0.54", ["逾期 97 天 × 0.5", "地区系数 × 1.2", "款项类型 = 质保金 × 0.9"]),
    ({"overdue_days": "97", "区": "北", "first_order": "true", "instalment": ""}, "0.03", "0.9", ["加点 +3 点", "× 0.9"]),
    ({}, None, "1", [])])
def test_each_change_by_its_own_name(given, uplift, factor, said):
    line = Line(component="提成", detail={"given": given, "uplift": uplift, "factor": factor})
    assert rows.mods(line, loaded(PLAN)) == said


def test_on_the_curve_of_another_stands_their_name(client, firm, book, office):
    book.receive(book.contract(firm.chen, 113000), 113000, date(2026, 1, 10))
    line = office.compute("2026-01").lines.get(component="回款提成")
    for who, whose in ((firm.chen, "你"), (firm.wang, "陈静")):
        client.force_login(who)
        page = client.get(reverse("statements:why", args=[line.pk])).content.decode()
        assert re.findall("<b>([^<]*)在 [^<]*月的曲线上</b>", page) == [whose]
