"""What a formula may call: each function with its Chinese name, its arguments and what it gives, in both languages."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """A function of the formula language; `arguments` names them, `least` and `most` say how many."""
    chinese: str
    arguments: str
    least: int
    most: int
    says: str


FUNCTIONS = {
    "if": Function("如果", "condition, then, otherwise", 3, 3, "the second when the condition holds, else the third · 条件成立取第二个，否则取第三个"),
    "min": Function("最小", "a, b, …", 1, 9, "the least of up to nine · 最小的一个"),
    "max": Function("最大", "a, b, …", 1, 9, "the greatest of up to nine · 最大的一个"),
    "abs": Function("绝对值", "a", 1, 1, "without its sign · 去掉正负号"),
    "round": Function("四舍五入", "a, places", 2, 2, "to so many decimals, halves away from zero; −3 is to thousands · 取到几位小数，五入；−3 是取到千"),
    "round_up": Function("向上取", "a, places", 2, 2, "to so many decimals, away from zero · 取到几位小数，有余就进"),
    "round_down": Function("向下取", "a, places", 2, 2, "to so many decimals, towards zero; 0 counts whole units · 取到几位小数，余数舍去"),
    "year": Function("年", "day", 1, 1, "the year of a day · 哪一年"),
    "month": Function("月", "day", 1, 1, "the month of a day, 1 to 12 · 哪一月"),
    "day": Function("日", "day", 1, 1, "the day of the month · 哪一日"),
    "quarter": Function("季度", "day", 1, 1, "the quarter of the calendar year, 1 to 4 · 第几季度，按自然年"),
    "weekday": Function("星期", "day", 1, 1, "the day of the week, 1 is Monday, 7 Sunday · 星期几，1 是星期一，7 是星期日"),
    "workdays": Function("工作日", "from, to", 2, 2, "how many days from one to the other, both included, are worked in China: weekdays less public holidays, and the weekends worked instead; of the period: workdays(period_start, period_end) · 从一天到另一天（两天都算）有几个工作日，按国家公布的放假和调休；当期应出勤：工作日(期初日, 期末日)"),
    "months": Function("月数", "from, to", 2, 2, "calendar months from one day to another, by their month numbers · 两天相隔几个月，只看月份"),
    "nth_day": Function("某月某日", "day, months, n", 3, 3, "the n-th day of the month so many months after; 31 is the last; a year on: nth_day(hired, 12, day(hired)) · 几个月后那个月的第 n 日，31 即月末；满一年那天：某月某日(入职日, 12, 日(入职日))"),
    "quota": Function("目标", "MEASURE", 1, 1, "the quota of this person for the measure's window; empty without one · 这个人这一期的目标，没有就是空"),
    "attainment": Function("达成率", "MEASURE", 1, 1, "the measure divided by its quota · 指标除以目标"),
    "rank": Function("名次", "MEASURE", 1, 2, "the place in the measure, 1 is the highest, equals share a place; or by what a component above earned in the window: rank(points), within a column of people rank(points, unit) · 按指标排第几，并列同名次；也可以按前面一项这一期算出的数排：rank(points)，各部门分开排 rank(points, unit)"),
    "previous": Function("上期", "MEASURE", 1, 1, "the measure in the window before; 0 if there was nothing · 指标的上一期，没有算 0"),
    "year_ago": Function("去年同期", "MEASURE", 1, 1, "the measure in the same window a year before; 0 if there was nothing · 指标的去年同期，没有算 0"),
    "tied": Function("并列", "MEASURE", 1, 2, "how many share the place that rank gives, this one included · 和自己同名次的有几个，含自己"),
    "median": Function("中位数", "COMPONENT", 1, 2, "the middle of what a component above earned each person it is for in the window, of an even number halfway between the two in the middle; within a column of people: median(points, unit) · 前面一项这一期算给每个人的数的中位数，人数是双数时取中间两个的一半；各部门分开：median(points, unit)"),
    "score": Function("得分", "NAME", 1, 1, "the value of the scores table for this person, period and name; empty without one · 得分表里这个人这一期的分，没有就是空"),
    "earned": Function("应得", "COMPONENT", 1, 2, "what a component above earned this person in the period; earned(NAME, everybody) all people together, earned(NAME, unit) those who share a column; earned(NAME, net) what is left after claw-backs; in components paid by period also another time: earned(NAME, [last 3 periods]), [year to date], or [largest month], [smallest month], [average month] of the window · 前面一项提成这一期应得多少；earned(名称, everybody) 全体合计，earned(名称, unit) 同部门（或人员的一列）合计；earned(名称, net) 扣回以后的；按期计时还可以换时间：[last 3 periods]、[year to date]，或窗口里的 [largest month] 最多的一个月"),
    "source": Function("来源", "COLUMN or MEASURE", 1, 1, "a column or a measure, or quota(MEASURE) or attainment(MEASURE), of the person the fact is credited to, where a manager, a pool or a role beside the owner (referrer, overlay …) is paid, or a measure is rolled up · 事实归属者的属性、指标、目标(指标) 或 达成率(指标)，用于经理提成、团队池、转介人等其他角色和上卷的指标"),
    "prorated": Function("按天折算", "COLUMN", 1, 1, "a column of the person, or a term over several, by days: each assignment's value for the part of the window it holds, such as a target that rose in the middle of it · 人员的一列（或几列写成的一个 terms）按天折算：窗口里每段任命各算几天"),
    "below": Function("下级最高", "COLUMN, TABLE, TERM or MEASURE", 1, 1, "where credit is rolled up: the highest among those between the seller and this person, the seller included, of a column of people, or of a table, term or measure as each one's own; whoever is passed over is left out; of one's own sale 0 · 上卷时，从卖的人到自己以下这一条线上最高的：人员的一列，或 tables、terms、measures 里的名称（各人自己的）；跳过的人不算；自己卖的是 0"),
    "begins": Function("开头是", "text, beginning", 2, 2, "whether a text begins so: begins(product, \"SVC-\") · 文字是不是这样开头"),
    "contains": Function("包含", "text, part", 2, 2, "whether a text holds another · 文字里有没有这一段"),
    "known": Function("已知", "a", 1, 1, "whether the value is there: a column filled in, a quota set · 有没有这个值"),
    "headcount": Function("人数", "", 0, 0, "how many people the component pays in the window; only in components paid by period · 这一期这一项付给几个人，只用于按期计"),
}

ELSEWHERE = {
    **dict.fromkeys(("sum", "sumif", "sumifs", "total", "求和"), ("几笔相加是指标：measures: {名称: {sum: amount, over: sale, window: month, where: 条件}}", "a sum over facts is a measure: measures: {NAME: {sum: amount, over: sale, window: month, where: CONDITION}}")),
    **dict.fromkeys(("count", "countif", "countifs", "计数"), ("数笔数是指标：measures: {名称: {count: facts, over: sale, window: month}}", "a count of facts is a measure: measures: {NAME: {count: facts, over: sale, window: month}}")),
    **dict.fromkeys(("average", "avg", "mean", "平均"), ("几笔的平均是指标：{sum: amount, take: average, …}；每人的平均是 应得(名称, everybody) / 人数()", "an average over facts is a measure with take: average; that of people is earned(NAME, everybody) / headcount()")),
    **dict.fromkeys(("vlookup", "lookup", "xlookup", "hlookup", "index", "choose", "switch"), ("查表写在 tables 里，公式里写表名", "write the table under tables and its name in the formula")),
    **dict.fromkeys(("ifs", "iif", "case", "iferror", "ifnull", "coalesce"), ("写 if(条件, 是, 否)；有没有这个值用 known(x)", "write if(condition, then, otherwise); known(x) asks whether there is a value")),
    **dict.fromkeys(("mod", "modulo"), ("余数写 a - b * round_down(a / b, 0)", "the rest is a - b * round_down(a / b, 0)")),
    **dict.fromkeys(("floor", "int", "trunc", "rounddown"), ("写 round_down(a, 0)", "write round_down(a, 0)")),
    **dict.fromkeys(("ceil", "ceiling", "roundup"), ("写 round_up(a, 0)", "write round_up(a, 0)")),
    **dict.fromkeys(("networkdays", "workday", "working_days", "应出勤", "应出勤天数"), ("写 workdays(从哪天, 到哪天)，两天都算", "write workdays(from, to), both days included")),
    **dict.fromkeys(("days", "datediff", "dateadd"), ("两天相减得天数，日期加天数得日期", "a day less a day is days, a day plus days is a day")),
    **dict.fromkeys(("edate", "eomonth", "dateadd_months"), ("写 nth_day(日期, 几个月, 第几日)，31 是月末", "write nth_day(day, months, n); 31 is the end of the month")),
    **dict.fromkeys(("today", "now"), ("写 date（这一行的日期）或 period_end", "write date, the day of the row, or period_end")),
    **dict.fromkeys(("left", "startswith", "like"), ("写 begins(文字, \"开头\")", "write begins(text, \"beginning\")")),
    **dict.fromkeys(("上月", "上个月", "上季", "上季度", "上年", "上一期"), ("上一个窗口的数写 上期(指标)，几个月、几年由指标的 window 说", "what a measure came to in the window before is previous(MEASURE)")),
    **dict.fromkeys(("去年", "上年同期", "同比"), ("去年同一个窗口的数写 去年同期(指标)", "what a measure came to in the same window of last year is year_ago(MEASURE)")),
    **dict.fromkeys(("累计", "本月", "本季", "本年"), ("累计多久写在指标里：measures: {名称: {sum: amount, over: sale, window: year to date}}", "over what time is said in a measure: measures: {NAME: {sum: amount, over: sale, window: year to date}}")),
    **dict.fromkeys(("percentile", "quartile", "percentrank", "percent_rank"), ("写 rank(指标) / headcount()", "write rank(MEASURE) / headcount()")),
}
"""What other languages call a function and is said in another way here, in both languages."""
