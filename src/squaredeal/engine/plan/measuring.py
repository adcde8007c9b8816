"""Measures of a plan: what is summed or counted over facts, in which window, for whom, against which quota, ranked how."""
import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from ..formula import formula
from .fields import Column, Formula, Part, Per, Window, amount, own_year
from .rolling import of_periods, rolling
from .steps import Role, RollUp


def _whose(value: Any):
    return value if isinstance(value, (dict, RollUp)) else formula.standard(value)


def _whose_tag(value):
    return "roll up" if isinstance(value, (dict, RollUp)) else "whose"


TAKEN = re.compile("sum|average|median|(largest|smallest|latest|earliest)( [1-9][0-9]?)?")


def _taken(value: Any):
    text = " ".join(str(value).split())
    if not TAKEN.fullmatch(text):
        raise ValueError("write sum, average, median, largest, smallest, latest, earliest, or how many are summed: largest 2 · 写 sum、average、median、largest、smallest、latest、earliest，或取几个相加：largest 2")
    return text


Taken = Annotated[str, BeforeValidator(_taken), WithJsonSchema({"anyOf": [{"enum": ["sum", "average", "median", "largest", "smallest", "latest", "earliest"]}, {"type": "string", "pattern": "^(largest|smallest|latest|earliest) [1-9][0-9]?$"}]})]


class Ranking(Part):
    """How rank(MEASURE) places people."""
    by: Literal["value", "attainment"] = Field("value", description="ranked by the measure, or by its attainment · 按指标排，或按达成率排")
    first: Literal["highest", "lowest"] = Field("highest", description="who is first · 谁排第一")
    within: Column = Field("everybody", description="everybody, or a column of people such as unit or position: each ranked apart · 全体一起排，或按人员的一列分开排")
    who: Formula = Field("true", description="who takes part, a condition on the person · 谁参加")
    ties: Literal["same place", "in order"] = Field(
        "same place", description="equals share a place and the next is left out (1, 1, 3), or stand in order of their names (1, 2, 3) · 并列同名次，或按名字先后")


class Measure(Part):
    """A sum (or average, largest, smallest, or count) over facts of one or more kinds, in a window, of the payee, those they lead, their unit, or everybody."""
    sum: Formula = Field("1", description="what is summed, over each fact · 每个事实的什么相加")
    count: Column | None = Field(None, description="facts: how many; or a column such as customer or deal: how many different · 数笔数，或数一列有几个不同的")
    take: Taken = Field("sum", description="sum, average, median, largest or smallest of the facts’ sums; largest 3 and smallest 3: the sum of so many of them; latest and earliest: the last or first fact by day, latest 3 the sum of the last three; the shares count only in sums; with each, what is taken of the sums of the shorter windows: largest 2 is the best two months; of a day, smallest is the first and largest the last: {sum: date, take: smallest} · 相加、平均、中位数、最大、最小；largest 3 是最大的三个相加；latest、earliest 是最近、最早的一笔，latest 3 是最近三笔相加；写了 each 时取的是各短窗口的合计，largest 2 即最好的两个月；sum 写日期时 smallest 是最早那天、largest 是最晚那天")
    each: Literal["period", "month", "quarter", "half"] | None = Field(None, description="summed or counted for each of these shorter windows first, then the largest, smallest or average of them is taken; one without facts is 0: {sum: amount, window: quarter, each: month, take: largest} · 先按这种短窗口各自合计，再取其中最大、最小或平均；没有事实的那一个算 0")
    at_most: str | None = Field(None, alias="at most", description="what counts in one window at most: a formula over the person, or a part of the quota, as 120% of quota · 一个窗口最多算多少：公式，或目标的几成，如 120% of quota")
    excess: Literal["lost", "carried"] = Field("lost", description="what exceeds at most: lost, or carried to the next windows and counted there as far as they leave room · 超出 at most 的部分：不算，或结转到以后各窗口、在那里算")
    over: str | list[str] = Field(description="the kind of fact, or several · 事实的类别，可以几种")
    window: Window = Field("period", description="counted anew in each; to date: from its beginning to the end of the period; last 3 periods: the period and those before it, any number of periods, months, quarters, halves or years; last 90 days: so many days to the end of the period, or with until: fact to the fact, its day included · 在什么范围里累计；last 3 periods 是本期和前两期，也可以是 months、quarters 等；last 90 days 是到期末（until: fact 时到这一笔当天）为止的 90 天")
    where: Formula | None = Field(None, description="only facts for which this holds · 只算符合的事实")
    of: Annotated[Annotated[str, Tag("whose")] | Annotated[RollUp, Tag("roll up")], Discriminator(_whose_tag), BeforeValidator(_whose)] = Field(
        "payee", description="whose facts: payee, unit, everybody, a column of people such as region, or those led by the payee · 谁的：本人、部门、全体、人员的一列，或下属")
    per: Per | None = Field(None, description="counted apart for each value of a column of facts, such as customer or product, or of several together: [customer, product]; for components of facts and deals · 按事实的一列分开累计，如每个客户；几列合起来写 [customer, product]")
    until: Literal["window", "fact", "before fact"] = Field("window", description="fact: only what happened in the window up to the fact the line is for, itself included, in order of date; before fact: itself left out; for components of facts and deals · fact：只算到这一笔为止（含这一笔），按日期先后；before fact：不含这一笔；只用于逐笔或逐单的提成")
    credit: list[Role] = Field(["owner", "split"], description="the roles whose shares count, as quota credit; owner and split where it is rolled up · 哪些角色的份额算业绩；往上归的是 owner 和 split")
    quota: Formula | None = Field(None, description="the quota of whoever has none in the quotas table, a formula over the person: for each window, or for each period of one to date · 目标表里没有的人，目标是多少")
    prorate: Literal["no", "days", "working days"] = Field("no", description="days: a quota of the table counts for the part of its days that the person has an assignment; working days: for the part of its working days, as workdays() counts them · days：目标按在岗天数折算；working days：按在岗的工作日折算，国家公布的放假和调休算在内")
    spread: Literal["no", "evenly"] = Field("no", description="evenly: a quota given for a longer period than the window counts in equal parts, a year's in twelve months · evenly：长期间的目标平均分到各期")
    ranking: Ranking = Field(Ranking(), description="how rank() places people · 名次怎么排")

    @model_validator(mode="after")
    def _something(self):
        if self.count is None and "sum" not in self.model_fields_set:
            raise ValueError("write sum: … or count: facts · 写 sum 或 count: facts")
        if self.count is not None and ("sum" in self.model_fields_set or (self.take != "sum" and not self.each)):
            raise ValueError("write either sum or count · sum 和 count 写一种")
        plain = self.window in ("month", "quarter", "half", "year", "period") and self.per is None and self.until == "window"
        if self.each and (self.take == "sum" or self.per is not None or self.until != "window" or not self._shorter()):
            raise ValueError("each is a shorter window than window (period, where it is one to date, of life to date or of the last periods: {window: last 12 periods, each: period}), with take: largest, smallest or average, without per and until: {window: quarter, each: month, take: largest} · each 比 window 短（window 是至今或最近几期的写 period：{window: last 12 periods, each: period}），和 take: largest、smallest 或 average 一起写，不写 per、until：{window: quarter, each: month, take: largest}")
        if self.at_most is not None and not plain:
            raise ValueError("at most is for a measure of a month, quarter, half, year or period, without per and until · at most 用于按月、季、半年、年或期累计的指标，不写 per、until")
        if "excess" in self.model_fields_set and self.at_most is None:
            raise ValueError("excess of what? write at most: 100000 or 120% of quota · 超出什么？写 at most: 100000 或 120% of quota")
        if self.at_most is not None:
            formula.parse(self.at_most if self.of_quota is None else "1")
        if own_year(self.window) and (self.of != "payee" or self.quota is not None):
            raise ValueError("a year of each person's own is counted of the payee, its quota stands in the quotas table under the year it begins in · 各人自己的年只按本人累计，目标写在目标表里，期间写开始的那一年")
        if self.until != "window" and (self.window == "fact" or self.window.endswith("to date")):
            raise ValueError("what is counted until the fact has a plain window: deal, period, month, quarter, half, year, life, or last 90 days or 3 months · 算到这一笔为止的指标，窗口写 deal、period、month、quarter、half、year、life，或 last 90 days、last 3 months")
        if isinstance(self.of, RollUp) and not self.shared:
            raise ValueError("what is rolled up are the shares of owner and split; other roles are summed over a column of people: of: unit, credit: [finder] · 往上归的是 owner 和 split 的份额；别的角色按人员的一列合计：of: unit 和 credit: [录入]")
        if self.take == "median" and self.each:
            raise ValueError("the median is taken of facts, without each · 中位数取自各笔，不写 each")
        if self.ordered and (self.each or (self.onward and rolling(self.window))):
            raise ValueError("latest and earliest are taken of the facts of a window, without each, and not of the last days or months until the fact · latest、earliest 取自一个窗口里的各笔，不写 each；算到这一笔的最近几天、几个月也不行")
        if self.several and self.until != "window":
            raise ValueError("how many are taken is for a whole window, not until the fact · 取几个相加只用于整个窗口，不写 until")
        return self

    def _shorter(self):
        months = {"month": 1, "quarter": 3, "half": 6, "year": 12}
        return self.each == "period" and self.window not in ("fact", "deal", "period") and own_year(self.window) is None and (not rolling(self.window) or of_periods(self.window) > 0) \
            or months.get(self.each, 99) < months.get(self.window, 0)

    @property
    def of_quota(self):
        """The part of its quota a measure counts at most; None where that is a formula."""
        found = re.fullmatch(r"(.+) of quota", self.at_most or "")
        return amount(found[1]) if found else None

    @property
    def shared(self):
        """Whether what counts are the shares of owner and split, which make up the whole fact."""
        return set(self.credit) == {"owner", "split"}

    @property
    def several(self):
        """How many of the largest or smallest are summed; 0 where one is taken."""
        return int((self.take.split() + ["0"])[1]) if not self.ordered else 0

    @property
    def ordered(self):
        """How many of the last or first facts by day are summed; 0 where they are not taken in that order."""
        word, many = (self.take.split() + ["1"])[:2]
        return int(many) if word in ("latest", "earliest") else 0

    @property
    def onward(self):
        """Whether it counts up to the fact a line is for."""
        return self.until != "window"

    @property
    def placed(self):
        """The window by which what counts is kept apart: the last days or months up to a fact are no window of their own."""
        return "life" if self.trails else self.window

    @property
    def trails(self):
        """Whether it counts the last days or months up to each fact, so that facts go out as they grow too old."""
        return self.onward and rolling(self.window) is not None

    @property
    def kinds(self):
        return [self.over] if isinstance(self.over, str) else self.over

    @property
    def plain(self):
        """Whether it is the simple sum of the facts' shares."""
        return self.take == "sum" and self.count in (None, "facts") and self.until == "window" and self.at_most is None
