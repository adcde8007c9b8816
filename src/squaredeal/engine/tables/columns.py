"""The columns tables usually have: what kind each is and what it says, in both languages. Any other column is the plan's own."""
from ..formula.naming import ALIASES
from ..problems import problem

NEEDED = {"facts": ("id", "kind", "date"), "credits": ("fact", "payee", "share"), "people": ("payee", "position", "from"),
          "quotas": ("payee", "measure", "period", "value"), "scores": ("payee", "period", "name", "value"), "periods": ("id", "from", "to"),
          "posted": ("key", "earned"), "rates": ("currency", "date", "rate")}
"""Columns a table must have."""
HEADERS = {
    "facts": {"汇率": "fx_rate", "归谁": "payee"}, "credits": {"编号": "fact", "事实": "fact", "归谁": "payee"},
    "people": {"起始日": "from", "结束日": "to", "工资": "wage"}, "quotas": {"指标": "measure", "期间": "period", "目标": "value"},
    "scores": {"期间": "period", "名称": "name", "得分": "value"}, "periods": {"名称": "id", "起始日": "from", "结束日": "to"}, "rates": {"汇率": "rate"}, "posted": {}}
"""Further Chinese names of columns, in one table only."""
COLUMNS = {
    "facts": {
        "id": ("text", "its own number · 编号，不重复"),
        "kind": ("text", "what happened: receipt, signing, delivery, invoice, return …, any word · 类别：回款、签约、发货、开票、退货等，任何词"),
        "date": ("date", "when it happened · 哪一天"),
        "amount": ("money", "how much, in the plan's currency · 金额"),
        "deal": ("text", "the deal, contract or order it belongs to · 所属的单"),
        "customer": ("text", "the customer · 客户"),
        "product": ("text", "the product · 产品"),
        "quantity": ("number", "how many · 数量"),
        "currency": ("text", "the currency where it is another one · 币种"),
        "fx_rate": ("rate", "what one unit of that currency is worth · 汇率"),
        "price": ("money", "price of one unit · 单价"),
        "list_price": ("money", "list price of one unit · 标价"),
        "floor_price": ("money", "floor price of one unit · 底价"),
        "cost": ("money", "what it cost · 成本"),
        "list_total": ("money", "list price of the whole line · 按标价的总额"),
        "floor_total": ("money", "floor price of the whole line · 按底价的总额"),
        "cost_total": ("money", "cost of the whole line · 总成本"),
        "contract_amount": ("money", "amount of the whole contract · 合同总额"),
        "vat_rate": ("rate", "rate of the tax the amount includes · 税率"),
        "overdue_days": ("days", "days after the due date · 逾期天数"),
        "due_date": ("date", "when it was due · 到期日"),
        "signed_on": ("date", "when the contract was signed · 签约日"),
        "first_order": ("bool", "the customer's first order · 首单"),
        "is_new_customer": ("bool", "a new customer · 新客户"),
        "below_floor": ("bool", "sold below the floor price · 低于底价"),
        "contract": ("text", "number of the contract · 合同号"),
        "channel": ("text", "the channel · 渠道"),
    },
    "credits": {
        "fact": ("text", "id of the fact · 事实的编号"),
        "payee": ("text", "who is credited · 归谁"),
        "share": ("rate", "the part of it: 1, 0.7 · 份额"),
        "role": ("text", "owner, split, overlay, referrer, mentor or outsider; empty is owner. Shares of owner and split sum to 1 · 角色，空着是 owner；owner 与 split 的份额合计为 1"),
    },
    "people": {
        "payee": ("text", "the person; one row for each dated assignment · 人，每段任命一行"),
        "position": ("text", "the position · 岗位"),
        "from": ("date", "first day of the assignment · 起始日"),
        "to": ("date", "last day; empty is until further notice · 结束日，空着是至今"),
        "unit": ("text", "the unit · 部门"),
        "manager": ("text", "who the person reports to · 上级"),
        "level": ("text", "the grade · 级别"),
        "wage": ("money", "the wage of a period, for deductions · 当期工资，用于扣款上限"),
        "hired": ("date", "first day in the company · 入职日"),
        "left": ("date", "last day in the company · 离职日"),
        "probation_until": ("date", "last day of probation · 转正日"),
    },
    "quotas": {
        "payee": ("text", "the person, the unit, or * for everybody · 人、部门，或 * 为全体"),
        "measure": ("text", "the measure's name · 指标名"),
        "period": ("text", "2026-03, 2026Q1, 2026H1, 2026, or the id of your own period · 期间"),
        "value": ("number", "the goal · 目标值"),
    },
    "scores": {
        "payee": ("text", "the person, or * for whoever has none of their own · 人；* 是没有自己这一项分的每个人"),
        "period": ("text", "the period · 期间"),
        "name": ("text", "what is scored · 哪一项"),
        "value": ("number", "the score or factor · 分或系数"),
    },
    "periods": {
        "id": ("text", "name of the period · 期间名"),
        "from": ("date", "first day · 起"),
        "to": ("date", "last day · 止"),
    },
    "rates": {
        "currency": ("text", "the other currency · 币种"),
        "date": ("date", "the day from which it holds · 哪天起"),
        "rate": ("rate", "what one unit of it is worth in the plan's currency · 一单位值多少"),
    },
    "posted": {
        "key": ("text", "id of a line of an earlier run · 以前的行号"),
        "earned": ("money", "what is posted under it · 已入账的应得"),
        "reserved": ("money", "what of it is kept back · 其中预留"),
        "released": ("money", "what of it is released · 其中已发放"),
        "payee": ("text", "the person · 人"),
        "period": ("text", "the period it was posted in · 入账的期间"),
        "fact_period": ("text", "the period of the fact · 事实的期间"),
        "payout": ("money", "what was paid · 实发"),
    },
}


def lacking(name, table, odd):
    """[Problem] of the columns a table must have and has not; the `odd` ones, which nobody reads, may be they by another name."""
    lack = [c for c in NEEDED[name] if c not in table.column_names]
    todo = (f"补上这几列；表里的 {'、'.join(odd)} 没人读，是它们就改表头", f"add them; nobody reads {', '.join(odd)} of the table: where these are they, rename them") if odd else ("补上这几列", "add them")
    return [problem(name, f"缺列：{'、'.join(chinese(name, c) for c in lack)}", f"lacks the columns {', '.join(lack)}", *todo)] if lack else []


def chinese(table, column):
    """A column as a Chinese reader looks for it: from（起始日）."""
    own = {v: k for k, v in (*ALIASES.items(), *HEADERS[table].items())}
    return f"{column}（{own[column]}）" if column in own else column
