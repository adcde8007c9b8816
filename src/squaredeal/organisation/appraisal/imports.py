"""Which columns of a sheet mean what about a score or a wage, in Chinese and English."""
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from squaredeal.kernel.errors import Refused
from squaredeal.kernel.importing import Column, Sheet, register
from squaredeal.kernel.reading import amount, day, text

from . import intake, policy
from .models import Kind

_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?(?:份)?")
PEOPLE = ("姓名", "人员", "员工", "员工姓名", "业务员", "销售", "name of person", "employee", "login", "salesperson")


def month(cell):
    """2026-11, 2026年11月, 202611, or a day of the month: its first day."""
    said = unicodedata.normalize("NFKC", cell).strip()
    found = _MONTH.fullmatch(said)
    return day(f"{found[1]}-{found[2]}-01" if found else said).replace(day=1)


def number(cell):
    """0.95, 95%, 1,200: at most four decimals."""
    said = unicodedata.normalize("NFKC", cell).replace(",", "").strip()
    try:
        value = Decimal(said.removesuffix("%")) / (100 if said.endswith("%") else 1)
        if value.is_finite() and abs(value) < 10**8 and value == value.quantize(Decimal("0.0001")):
            return value
    except InvalidOperation:
        pass
    raise Refused(_("“%(cell)s” is not a number. Write it as 0.95, 95%% or 88.") % {"cell": cell[:30]})


SCORES = register(Sheet(
    kind="scores", title=gettext_lazy("Scores"), verb=intake.VERBS[Kind.SCORE], back="appraisal:scores", clauses=(policy.Scoring.number,),
    columns=(
        Column("person", gettext_lazy("Person"), PEOPLE, True, text(60), says=gettext_lazy("Name or login of a colleague")),
        Column("month", gettext_lazy("Month"), ("月份", "期间", "考核月份", "period"), True, month, says=gettext_lazy("As 2026-11")),
        Column("name", gettext_lazy("What is scored"), ("名称", "指标", "考核项", "项目", "得分项", "score name", "item"), True, text(40), says=gettext_lazy("As the plan has it")),
        Column("value", gettext_lazy("Score"), ("得分", "系数", "分数", "考核系数", "值", "value", "coefficient"), True, number)),
    may=partial(intake.may, Kind.SCORE), check=partial(intake.check, Kind.SCORE), bring_in=intake.bring_in_scores, undo=intake.undo_scores))

WAGES = register(Sheet(
    kind="wages", title=gettext_lazy("Wages"), verb=intake.VERBS[Kind.WAGE], back="appraisal:wages", clauses=(policy.WageBase.number,),
    columns=(
        Column("person", gettext_lazy("Person"), PEOPLE, True, text(60), says=gettext_lazy("Name or login of a colleague")),
        Column("month", gettext_lazy("From month"), ("起始月", "起始月份", "生效月份", "月份", "生效日", "from", "month", "effective from"), True, month, says=gettext_lazy("As 2026-11")),
        Column("value", gettext_lazy("Wage"), ("工资", "工资基数", "月工资", "基本工资", "底薪", "金额", "salary", "amount", "wage base"), True, amount,
               says=gettext_lazy("Yuan a month")),
        Column("name", gettext_lazy("What it is"), ("名称", "项目", "item"), False, text(40), policy.WAGE, says=gettext_lazy("Empty: the wage; else as the plan has it"))),
    may=partial(intake.may, Kind.WAGE), check=partial(intake.check, Kind.WAGE), bring_in=intake.bring_in_wages, undo=intake.undo_wages))
