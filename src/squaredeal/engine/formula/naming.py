"""What the names in a formula are called in a sentence: columns, figures about a measure or component, times; in zh and en."""
import re

ALIASES = {"金额": "amount", "数量": "quantity", "日期": "date", "份额": "share", "岗位": "position", "级别": "level", "部门": "unit", "税率": "vat_rate",
           "逾期天数": "overdue_days", "首单": "first_order", "新客户": "is_new_customer", "成本": "cost", "标价": "list_price", "底价": "floor_price",
           "单价": "price", "客户": "customer", "产品": "product", "入职日": "hired", "离职日": "left", "转正日": "probation_until", "签约日": "signed_on", "发生日": "happened_on",
           "到期日": "due_date", "编号": "id", "单号": "deal", "合同号": "contract", "人员": "payee", "上级": "manager", "渠道": "channel", "角色": "role", "币种": "currency", "类别": "kind", "期初日": "period_start", "期末日": "period_end",
           "在岗天数": "active_days", "期间天数": "period_days", "相隔天数": "elapsed_days", "相隔月数": "elapsed_months", "工资": "wage", "汇率": "fx_rate", "外币金额": "foreign_amount", "低于底价": "below_floor"}
"""Chinese names of the standard columns."""
CHINESE = {**{column: name for name, column in ALIASES.items()}, "list_total": "标价合计", "floor_total": "底价合计", "cost_total": "成本合计", "contract_amount": "合同总额",
           "share": "份额", "everybody": "全体", "id": "编号", "role": "角色", "levels_up": "往上第几级"}
ENGLISH = {"is_new_customer": "new customer", "signed_on": "day signed", "happened_on": "day it happened", "hired": "day hired", "left": "day left", "vat_rate": "VAT rate", "fx_rate": "exchange rate",
           "probation_until": "end of probation", "below_floor": "below the floor price", "payee": "person", "unit": "unit", "list_total": "list price in all",
           "floor_total": "floor price in all", "cost_total": "cost in all", "levels_up": "levels up"}
ABOUT = {
    "zh": {"quota": "{0}的目标", "attainment": "{0}的达成率", "rank": "{0}的名次", "score": "{0}得分", "earned": "{0}的应得", "previous": "上期的{0}", "year_ago": "去年同期的{0}",
           "tied": "{0}并列的人数", "median": "{0}的中位数", "source": "归属者的{0}", "prorated": "按天折算的{0}", "below": "下级最高的{0}", "headcount": "人数"},
    "en": {"quota": "quota of {0}", "attainment": "attainment of {0}", "rank": "rank in {0}", "score": "score in {0}", "earned": "earned in {0}", "previous": "{0} in the window before",
           "year_ago": "{0} a year earlier", "tied": "number tied in {0}", "median": "median of {0}", "source": "{0} of the person credited", "prorated": "pro-rated {0}",
           "below": "highest {0} below them", "headcount": "headcount"}}
TIMES = {"zh": {"everybody": "全体", "net": "扣回以后", "year to date": "年初至今", "half to date": "半年初至今", "quarter to date": "季初至今", "life to date": "至今", "unit": "同部门"},
         "en": {"everybody": "everybody", "net": "after claw-backs", "unit": "the same unit"}}
LATELY = re.compile(r"last (\d+) (day|period|month|quarter|half|halve|year)s?")
UNITS = {"day": "天", "period": "期", "month": "个月", "quarter": "季", "half": "个半年", "halve": "个半年", "year": "年"}
TAKEN = re.compile(r"(largest|smallest|average) (period|month|quarter|half|year)")
WHICH = {"largest": "最多的一", "smallest": "最少的一", "average": "平均每"}
SPAN = {"period": "期", "month": "个月", "quarter": "季", "half": "个半年", "year": "年"}

KINDS = {"receipt": "回款", "signing": "签约", "delivery": "发货", "invoice": "开票", "return": "退货", "acceptance": "验收", "cancellation": "退单", "termination": "解约", "sale": "销售", "order": "订单",
         "refund": "退款", "renewal": "续约", "settlement": "结清", "credit_note": "贷项", "loan": "放款"}


def standard(name):
    """A column's name as the engine knows it: the usual ones may be written in Chinese."""
    return ALIASES.get(str(name).strip(), str(name).strip())


def either(text):
    """The words a text names: A | B is either of them."""
    return [word.strip() for word in text.split("|")]


def both(text):
    """The words a text names together: A & B is both of them."""
    return [word.strip() for word in text.split("&")]


def kind(name, lang):
    """A kind of fact in the words of the language, either of several, or each."""
    for sign, words, between in (("|", either, (" 或 ", " or ")), ("&", both, (" 和 ", " and "))):
        if sign in name:
            return between[lang != "zh"].join(kind(each, lang) for each in words(name))
    return KINDS.get(name, name) if lang == "zh" else name.replace("_", " ")


def column(name, lang):
    """A column's name in the words of the language; names the plan gives itself stay as they are."""
    if lang == "zh":
        return CHINESE.get(name, name)
    return ENGLISH.get(name, name.replace("_", " ") if name in CHINESE else name)


def about(op, args, lang, column=column):
    """A figure about a measure, score or component: 月销售 的达成率, attainment of 月销售."""
    lang = lang if lang in ABOUT else "en"
    if op == "source" and len(args) > 1:  # the quota or attainment of whoever it is
        return ABOUT[lang][op].format(about(args[1], args[:1], lang, column))
    named = args[:1] if op in ("earned", "median") else [column(a, lang) for a in args[:1]]  # a component stays as the plan calls it
    said = ABOUT[lang][op].format(*named) if args else ABOUT[lang][op]
    if len(args) < 2:
        return said
    second = among(args[1], lang, column)
    return f"{said}（{second}）" if lang == "zh" else f"{said} ({second})"


def among(word, lang, column=column):
    """Of whom, or when: 全体, 近 3 期, 最多的一个月."""
    if lang != "zh":
        return TIMES["en"].get(word, f"the same {column(word, lang)}" if word in CHINESE else word)
    if lately := LATELY.fullmatch(word):
        return f"近 {lately[1]} {UNITS[lately[2]]}"
    if taken := TAKEN.fullmatch(word):
        return WHICH[taken[1]] + SPAN[taken[2]].removeprefix("个" if taken[1] == "average" else "")
    return TIMES["zh"].get(word, f"同{column(word, lang)}")


__all__ = ["ABOUT", "about", "among", "column", "kind", "standard"]
