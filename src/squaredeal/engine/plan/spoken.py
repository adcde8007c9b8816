"""What people write for a field or an option of a plan, in Chinese or in the words of other systems, and what it is called there: said when a plan uses the one for the other."""

FIELDS = {
    "方案": "plan", "方案名称": "plan", "名称": "name", "名字": "name", "原文": "rule", "条款": "clause 或 rule", "条款号": "clause", "版本": "version", "有效期": "effective", "生效": "effective",
    "生效日": "effective: {from: …}", "起": "from", "起始日": "from", "开始": "from", "止": "to", "结束日": "to", "截止": "to", "币种": "currency", "货币": "currency", "期间": "period", "周期": "period",
    "结算周期": "period", "财年": "year starts", "列": "attributes", "属性": "attributes", "公式": "terms", "表": "tables", "表格": "tables", "指标": "measures", "提成": "components",
    "提成项": "components", "各项提成": "components", "结算": "settlement", "算例": "examples", "例子": "examples", "每": "each", "计提": "each", "按": "by", "条件": "where 或 when", "范围": "where", "谁": "who",
    "对象": "who", "归谁": "credit", "归属": "credit", "角色": "credit", "基数": "base", "计提基数": "base", "比例": "rate", "提成比例": "rate", "费率": "rate", "个别约定": "override", "特例": "override",
    "加点": "uplift", "系数": "factor", "门槛": "gate", "分配": "split", "拆分": "split", "分成": "split", "封顶": "limit: {cap: …, window: …}；全部提成的写 settlement 的 cap",
    "上限": "cap", "下限": "floor", "保底": "limit: {floor: …, window: …}；不用还的写 settlement 的 draw", "发放": "release", "预留": "reserve", "暂扣": "reserve", "风险金": "reserve", "扣回": "clawback", "退单": "clawback",
    "取整": "round", "四舍五入": "round", "负数": "negative", "扣款上限": "statutory cap", "预支": "draw", "发放日": "pay", "起付额": "minimum", "窗口": "window", "累计": "window", "求和": "sum", "合计": "sum",
    "计数": "count", "类别": "over 或 each", "目标": "quota", "排名": "ranking", "名次": "ranking", "阶梯": "tiers", "档": "table", "查表": "lookup", "插值": "grid: linear", "定额": "lump", "每件": "per unit", "情形": "when", "给定": "given", "结果": "then",
}
"""{a Chinese word: the field it means}."""
OTHERWISE = {
    **dict.fromkeys(("filter", "condition", "conditions", "only", "if"), "where or when"), **dict.fromkeys(("eligible", "eligibility", "payees", "for who"), "who"), **dict.fromkeys(("max", "maximum", "ceiling", "at_most"), "cap"),
    **dict.fromkeys(("min", "minimum payout", "at_least"), "floor"), **dict.fromkeys(("caps", "limits of pay"), "limit: {cap: …, window: …}"), **dict.fromkeys(("guarantee", "guaranteed"), "limit: {floor: …, window: …}, or a draw that is not recoverable under settlement"),
    **dict.fromkeys(("schedule", "installments", "instalment"), "instalments"), **dict.fromkeys(("avg", "mean"), "sum with take: average and each: …"), **dict.fromkeys(("threshold", "hurdle"), "gate"),
    **dict.fromkeys(("accelerator", "accelerators", "bonus rate", "kicker"), "uplift, or tiers of the rate"), **dict.fromkeys(("multiplier", "multipliers", "coefficient"), "factor"),
    **dict.fromkeys(("bands", "brackets", "slabs", "levels", "tier", "rates"), "rate: {tiers: …, by: …, table: [[0, 1%], [1000, 2%]]}"), **dict.fromkeys(("holdback", "retention", "withhold", "retain"), "reserve"),
    **dict.fromkeys(("payout", "payment", "pay when", "paid when", "vesting"), "release"), **dict.fromkeys(("chargeback", "claw-back", "claw back", "recapture"), "clawback"), **dict.fromkeys(("type", "kind", "event", "trigger"), "each or over"),
    **dict.fromkeys(("frequency", "interval", "cadence"), "period"), **dict.fromkeys(("description", "text", "comment", "notes"), "rule"), **dict.fromkeys(("start", "valid from", "start_date"), "from"), **dict.fromkeys(("valid to", "end_date"), "to"),
    **dict.fromkeys(("rounding",), "round"), **dict.fromkeys(("negatives", "carryover", "carry"), "negative"), **dict.fromkeys(("formulas", "variables", "definitions"), "terms"), **dict.fromkeys(("metrics", "metric"), "measures"),
    **dict.fromkeys(("rules", "plans", "commissions"), "components"), **dict.fromkeys(("tests", "cases"), "examples"), **dict.fromkeys(("expect", "expected", "result"), "then"), **dict.fromkeys(("input", "inputs", "facts"), "given"), **dict.fromkeys(("quotas", "targets", "goals"), "a table quotas beside the facts, and attainment of MEASURE"),
    **dict.fromkeys(("people", "credits", "scores"), "a table of that name beside the facts"),
}
"""{a word of other systems: the field it means}."""
OPTIONS = {
    **dict.fromkeys(("retroactive", "retro", "slab", "all", "cumulative", "flat"), "whole"), **dict.fromkeys(("progressive", "incremental", "graduated", "sliding", "split"), "marginal"), "interpolated": "linear", "stepped": "step",
    **dict.fromkeys(("carry forward", "carry over", "forward", "carried"), "carry"), **dict.fromkeys(("ytd", "year-to-date"), "year to date"), **dict.fromkeys(("monthly", "months"), "month"), **dict.fromkeys(("quarterly", "quarters"), "quarter"),
    **dict.fromkeys(("yearly", "annual", "annually"), "year"), **dict.fromkeys(("lower", "from"), "lower inclusive"), **dict.fromkeys(("upper", "to"), "upper inclusive"), **dict.fromkeys(("none", "skip", "ignore"), "nothing"), "error": "refuse",
    **dict.fromkeys(("月", "每月", "按月", "月度", "当月"), "month"), **dict.fromkeys(("季", "季度", "每季", "按季", "当季"), "quarter"), **dict.fromkeys(("半年", "每半年", "半年度"), "half"),
    **dict.fromkeys(("年", "年度", "每年", "按年", "全年"), "year"), **dict.fromkeys(("全额", "全额阶梯", "到档全额"), "whole"), **dict.fromkeys(("超额", "超额累进", "累进", "分段", "分段累进"), "marginal"),
    **dict.fromkeys(("结转", "结转下月"), "carry"), **dict.fromkeys(("归零", "清零"), "zero"), "收回": "owed", **dict.fromkeys(("直线", "插值", "线性"), "linear"), "台阶": "step", **dict.fromkeys(("不计", "没有"), "nothing"),
    "报错": "refuse", "本人": "payee", "部门": "unit", "全体": "everybody", **dict.fromkeys(("年末", "年底"), "year end"), "季末": "quarter end", "金额": "money", **dict.fromkeys(("数", "数字", "数量"), "number"),
    **dict.fromkeys(("比例", "百分比"), "rate"), "天数": "days", "日期": "date", **dict.fromkeys(("文字", "文本"), "text"), "是否": "bool", **dict.fromkeys(("每笔", "逐笔"), "fact"), **dict.fromkeys(("每单", "逐单"), "deal"),
    **dict.fromkeys(("年初至今", "本年累计", "年累计"), "year to date"), **dict.fromkeys(("季初至今", "季累计"), "quarter to date"), **dict.fromkeys(("至今", "历史累计"), "life to date"), "本期": "period",
    "包含": "included", "不含": "excluded", "最大": "largest", "最小": "smallest", "平均": "average", "作废": "lost", "以后发": "later",
}
"""{a word: the option it means}."""


def wide(text):
    """(line, what in Chinese, in English, what to do in Chinese, in English) of the first sign in a text that YAML does not take for its own: a wide colon or comma, a tab; None without."""
    import re
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", line)
        if re.match(r"\s*(?:- )?[^\s：:{}\[\]]+：", bare):
            return number, "冒号是全角的", "has a full-width colon", "换成半角冒号，后面空一格", "write a plain colon and a space"
        if "{" in bare and re.search(r"[，：｛｝]", bare):
            return number, "{ } 里有全角的逗号、冒号或括号", "has full-width signs in braces", "换成半角的", "write plain ones"
        if re.match(r" *\t", line):
            return number, "缩进用了 Tab", "is indented by a tab", "缩进用空格", "indent by spaces"
    return None
