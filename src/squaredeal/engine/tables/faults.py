"""What is wrong in the tables, found all at once before anything is computed: table, row, column, reason, remedy."""
import re

from ..plan.calendar import FIRST, LAST
from ..problems import problem, several
from .columns import NEEDED, lacking
from .grouped import odd
from .tables import MOST_PLACES, NUMBER, day_of, quoted
from .unread import odd_columns, unread

BEYOND = (f"日期不在 {FIRST.year} 到 {LAST.year} 年之间", f"the day is not within {FIRST.year} to {LAST.year}", "改年份", "mend the year")
CHECKS = [
    ("facts.id", "SELECT id FROM facts WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1", "编号重复", "the same id stands twice", "每个事实一个编号", "give each fact its own id"),
    ("facts.id", "SELECT 'row ' || (rowid + 2) FROM facts WHERE id IS NULL", "没有编号", "has no id", "补上编号", "give it an id"),
    ("facts", "SELECT coalesce(id, 'row ' || (rowid + 2)) FROM facts WHERE date IS NULL OR kind IS NULL", "日期或类别是空的", "date or kind is empty", "补上；合计行删掉", "fill them in; a row of totals is removed"),
    ("facts.date", f"SELECT id FROM facts WHERE date NOT BETWEEN DATE '{FIRST}' AND DATE '{LAST}'", *BEYOND),
    ("credits", "SELECT 'row ' || (rowid + 2) FROM credits WHERE fact IS NULL OR payee IS NULL OR share IS NULL", "事实、人或份额是空的",
     "fact, payee or share is empty", "补上", "fill them in"),
    ("credits.fact", "SELECT DISTINCT c.fact FROM credits c ANTI JOIN facts f ON f.id = c.fact WHERE c.fact IS NOT NULL", "没有这个事实", "there is no such fact",
     "删掉这行，或补上事实", "remove the row or add the fact"),
    ("credits.payee", "SELECT DISTINCT c.payee FROM credits c ANTI JOIN people p ON p.payee = c.payee", "没有这个人", "there is no such person",
     "补进 people", "add the person to people"),
    ("credits.share", "SELECT fact FROM credits WHERE role IN ('owner', 'split') GROUP BY fact HAVING sum(share) <> :whole", "份额加起来不是 1",
     "shares do not sum to 1", "改份额，或把多出的标成 overlay", "mend the shares, or mark the extra one as overlay"),
    ("credits.share", "SELECT DISTINCT fact FROM credits WHERE share < 0", "份额是负数", "the share is negative", "份额写 0 到 1", "shares are 0 to 1"),
    ("people", "SELECT 'row ' || (rowid + 2) FROM people WHERE payee IS NULL OR \"from\" IS NULL", "人或起始日是空的", "payee or from is empty", "补上", "fill them in"),
    ("people.from", "SELECT DISTINCT payee FROM people WHERE \"from\" NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'", "不是日历上的一天", "is no day of the calendar", "改年份", "mend the year"),
    ("people", "SELECT DISTINCT a.payee FROM (SELECT payee, \"from\" AS starts, lag(coalesce(\"to\", DATE '9999-12-31')) OVER (PARTITION BY payee ORDER BY \"from\") "
     "AS before FROM people) AS a WHERE a.before >= a.starts", "任命的日期重叠", "assignments overlap", "前一段在后一段开始前结束", "end the earlier before the later begins"),
    ("people.to", "SELECT payee FROM people WHERE \"to\" < \"from\"", "结束早于开始", "ends before it begins", "改日期", "change the dates"),
    ("people.manager", "SELECT DISTINCT a.manager FROM people a ANTI JOIN people b ON a.manager = b.payee WHERE a.manager IS NOT NULL", "没有这个上级",
     "there is no such manager", "补进 people", "add the manager to people", "warning"),
    ("people.manager", "SELECT DISTINCT payee FROM people WHERE manager = payee", "上级是本人", "is their own manager", "改上级", "change the manager"),
    ("periods", f"SELECT id FROM periods WHERE least(\"from\", \"to\") < DATE '{FIRST}' OR greatest(\"from\", \"to\") > DATE '{LAST}'", *BEYOND),
    ("periods", "SELECT id FROM periods WHERE \"from\" IS NULL OR \"to\" IS NULL OR \"to\" < \"from\"", "起止日不对", "has no days, or ends before it begins", "改起止日", "mend the days"),
    ("periods", "SELECT a.id FROM (SELECT id, \"from\" AS starts, lag(\"to\") OVER (ORDER BY \"from\") AS before FROM periods) AS a WHERE a.before >= a.starts",
     "期间重叠", "periods overlap", "改起止日", "change the days"),
    ("periods", "SELECT a.id FROM (SELECT id, \"from\" AS starts, lag(\"to\") OVER (ORDER BY \"from\") AS before FROM periods) AS a WHERE a.before + 1 < a.starts",
     "与前一期之间有空档", "leaves a gap after the period before", "改起止日", "change the days"),
    ("quotas", "SELECT payee || ' ' || measure || ' ' || period FROM quotas GROUP BY payee, measure, period HAVING count(*) > 1", "同一人同一期有两个目标",
     "two quotas for the same person and period", "留一个", "keep one"),
    ("quotas.value", "SELECT payee || ' ' || measure || ' ' || period FROM quotas WHERE value IS NULL", "目标是空的", "the quota is empty", "补上", "fill it in"),
    ("scores", "SELECT payee || ' ' || name || ' ' || period FROM scores GROUP BY payee, name, period HAVING count(*) > 1", "同一人同一期同一项有两个分",
     "two scores for the same person, period and name", "留一个", "keep one"),
]


TOGETHER = ("credits.fact", "SELECT fact FROM credits WHERE role")
"""The checks that hold credits against their facts, one string against the other, which takes as long as all others: by place, or by how they begin."""


def absent(plan, tables):
    """[Problem] of the columns that tables must have and have not."""
    return [p for name, wanted in NEEDED.items() if set(wanted) - set(tables.arrow[name].column_names) for p in lacking(name, tables.arrow[name], odd_columns(plan, name, tables))]


def found(plan, tables, link=None, *, apart=False):
    """[Problem] of the tables for this plan; `link` is an open connection holding them, else one is opened.

    `apart` leaves what credits and facts say of each other to `together`, unless something else is wrong already.
    """
    tables = tables.declaring(plan)
    wrong = absent(plan, tables)
    unreadable, spoiled = [], {(name, column) for name, wanted in NEEDED.items() for column in wanted if column not in tables.arrow[name].column_names}
    for name in NEEDED:
        unreadable += _unreadable(plan, name, tables)
    wrong += unreadable
    spoiled |= {(table, column) for table, _row, _number, column in (p.place.split(" ", 3) for p in unreadable)}
    own, whole = link is None, _whole(tables)
    link = tables.open() if own else link
    try:
        checks = [check for check in CHECKS if not (apart and _together(check))]
        later = [check for check in CHECKS if check not in checks]
        for place, sql, zh, en, todo_zh, todo_en, *severity in _in_turn(checks, later, wrong):
            if not tables.arrow[place.partition(".")[0]].num_rows:
                continue
            if any(re.search(rf"\b{table}\b", sql) and re.search(rf"\b{column}\b", sql) for table, column in spoiled):
                continue
            rows = link.execute(sql.replace(":whole", whole)).fetchall()
            if rows:
                wrong.append(several(place, [str(r[0]) for r in rows], zh, en, todo_zh, todo_en, *severity))
        if not spoiled:
            wrong += _currencies(plan, tables, link) + _periods(link)
        if own and not spoiled:
            wrong += unread(plan, tables)
    finally:
        if own:
            link.close()
    if plan.period == "table" and not tables.arrow["periods"].num_rows:
        wrong.append(problem("periods", "方案用自己的期间表，却没有给", "the plan uses its own periods, but none are given",
                             "给出 periods 表", "give the periods table"))
    return wrong


def _whole(tables):
    """A share of all, as the column of shares holds it."""
    return str(10 ** tables.profile("credits").get("share", ("number", 0))[1])


def _together(check):
    return check[0] == TOGETHER[0] or check[1].startswith(TOGETHER[1])


def _in_turn(checks, later, wrong):
    """The checks, and those that were left for later when an error has been found by then."""
    yield from checks
    if any(p.severity == "error" for p in wrong):
        yield from later


def together(tables, link):
    """[Problem] of credits held against their facts, where nothing else is wrong."""
    wrong, whole = [], _whole(tables)
    for place, sql, zh, en, todo_zh, todo_en in filter(_together, CHECKS):
        if rows := link.execute(sql.replace(":whole", whole)).fetchall():
            wrong.append(several(place, [str(r[0]) for r in rows], zh, en, todo_zh, todo_en))
    return wrong


def _periods(link):
    """Quotas and scores of a period there is not."""
    from ..plan.calendar import days_of
    found = []
    own = {row[0] for row in link.execute("SELECT id FROM periods").fetchall()} | {"", "life"}
    for table in ("quotas", "scores"):
        odd = [str(row[0]) for row in link.execute(f"SELECT DISTINCT period FROM {table} WHERE period IS NOT NULL ORDER BY 1").fetchall()
               if row[0] not in own and days_of(row[0]) is None]
        if odd:
            found.append(several(f"{table}.period", odd, "没有这个期间", "there is no such period", "写 2026-03、2026Q1、2026H1、2026，或 periods 里的期间",
                                  "write 2026-03, 2026Q1, 2026H1, 2026, or a period of the table periods"))
    return found


def _unreadable(plan, name, tables):
    """Cells that are not what their column holds, by row; money with more decimals than the currency."""
    import pyarrow as pa

    from ..attached import attach, scratch
    profile, wrong = tables.profile(name), []
    table, rule = tables.arrow[name], plan.exchange
    if not table.num_rows:
        return []
    places = MOST_PLACES if rule and rule.round == "exact" and "amount" in rule.convert and tables.exchanged else plan.places
    link, asked = scratch(), []
    attach(link, table)
    for column, (kind, _places) in profile.items():
        if column not in table.column_names:
            continue
        sort = table.schema.field(column).type
        if not pa.types.is_string(sort) and (column != "amount" or pa.types.is_integer(sort) or pa.types.is_decimal(sort) and sort.scale <= places):
            continue
        cell = f"nullif(trim(CAST({quoted(column)} AS VARCHAR)), '')"
        if kind == "number":
            bad, zh, en = f"NOT regexp_full_match({cell}, '{NUMBER}')", "不是数字", "is not a number"
            if tables.arrow[name].schema.field(column).type in (pa.float64(), pa.float32()):
                continue
            most = places if (name, column) == ("facts", "amount") else MOST_PLACES
            if profile.read.get(column, most + 1) <= most:
                continue
            asked.append((column, cell, f"regexp_full_match({cell}, '{NUMBER}') AND length(rtrim(split_part({cell}, '.', 2), '0')) > {most}",
                          f"小数超过 {most} 位", f"has more than {most} decimals", "四舍五入到这个位数，或在方案里写 decimals",
                          "round it, or write decimals in the plan"))
        elif kind == "date":
            bad, zh, en = f"{day_of(cell)} IS NULL", "不是 2026-01-31 这样的日期", "is not a day like 2026-01-31"
        elif kind == "bool":
            bad, zh, en = f"lower({cell}) NOT IN ('true', 'false', '是', '否', 'yes', 'no', '1', '0')", "不是 true 或 false", "is not true or false"
        else:
            continue
        asked.append((column, cell, bad, zh, en))
    if asked:
        counts = link.execute(f"SELECT {', '.join(f'count_if({cell} IS NOT NULL AND {bad})' for _c, cell, bad, *_says in asked)} FROM incoming").fetchone()
        wrong += [p for found, (column, cell, bad, *says) in zip(counts, asked, strict=True) if found for p in _cells(link, name, column, cell, bad, *says)]
    link.close()
    return wrong


def _cells(link, name, column, cell, bad, zh, en, todo_zh="改成对的写法", todo_en="correct it"):
    rows = link.execute(f"SELECT row_number() OVER () + 1 AS row, {cell} AS value FROM incoming QUALIFY {cell} IS NOT NULL AND {bad}").fetchmany(20)
    told = [(row, str(value), zh == "不是数字" and odd(str(value)) or (zh, en, todo_zh, todo_en)) for row, value in rows]
    return [problem(f"{name} row {row} {column}", f"“{value[:40]}”{says[0]}", f"“{value[:40]}” {says[1]}", *says[2:]) for row, value, says in told]


def _currencies(plan, tables, link):
    """Facts in other currencies need a rate: a formula of the plan must name it."""
    if "currency" not in tables.columns("facts") or "currency" not in tables.arrow["facts"].column_names:
        return []
    if plan.exchange is not None:
        return []
    others = [r[0] for r in link.execute("SELECT DISTINCT currency FROM facts WHERE currency <> ? ORDER BY 1", [plan.currency]).fetchall()]
    named = {n for text in [*plan.terms.values(), *(m.sum for m in plan.measures.values()), *(c.base or "" for c in plan.components)] if text
             for n in _names(text)}
    if others and not named & {"fx_rate", "currency", "汇率"}:
        return [problem("facts.currency", f"有 {'、'.join(others)}，方案按 {plan.currency} 算", f"there is {', '.join(others)}, the plan computes in {plan.currency}",
                        "在事实里写 fx_rate，基数用 amount * fx_rate", "give the facts an fx_rate and use amount * fx_rate")]
    return []


def _names(text):
    from ..formula import formula
    try:
        return formula.parse(text).names()
    except formula.FormulaError:
        return []
