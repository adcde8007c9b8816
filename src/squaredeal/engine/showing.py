"""How each part of a plan is written and told in Chinese, and which open question of policies a field answers: what the reference shows beside the model. A test reads every line."""

SHOWN = {
    "Plan": ("plan: Inside sales 2026", "rule: 5 % of what is collected", "version: 2", "effective: {from: 2026-01-01}", "currency: EUR", "decimals: 4", "period: month", "year starts: 04-01",
             "counts on: {return: signed_on}", "exchange: {by: date, rate: latest}", "attributes: {region: text}", "terms: {net: amount / (1 + vat_rate)}",
             "tables: {most: {lookup: position, rows: {junior: 500}}}", "measures: {sold: {sum: amount, over: sale, window: month}}", "decisions: {approver: {by: amount, table: [[0, manager]]}}",
             "components: [{name: commission, each: sale, base: amount, rate: 5%}]", "settlement: {round: half up to cent once per line, negative: carry}",
             "examples: [{when: one sale, given: {sales: [{payee: Ann, amount: 100}]}, then: {Ann: {commission: 5}}}]"),
    "Effective": ("effective: {from: 2026-01-01, to: 2026-12-31}",),
    "Exchange": ("exchange: {by: signed_on, rate: same day, convert: [amount, cost], round: exact}",),
    "Grid": ("rate: {grid: step, by: 1 - cost / amount, below: first row, edges: upper inclusive, table: [[0, 1%], [20%, 2%]]}",
             "rate: {grid: linear, by: attainment(sold), missing: nothing, beyond: continue, table: [[0, 0], [100%, 5%]]}"),
    "Matrix": ("rate: {rows: attainment(sold), row edges: [0, 100%], columns: units, column edges: [0, 10], edges: lower inclusive, matrix: [[1%, 2%], [2%, 4%]]}",),
    "Lookup": ("rate: {lookup: product, rows: {hardware: 2%, software | cloud: 6%}, otherwise: 4%}", "rate: {lookup: product, rows: {hardware: [1%, 2%]}, across: amount, across edges: [0, 1000], otherwise: nothing}"),
    "Measure": ("large sales: {sum: amount, over: [sale, renewal], where: amount > 1000, window: year, per: customer, of: unit, until: fact, credit: [owner, split]}",
                "customers: {count: customer, over: sale, window: month}", "best two: {sum: amount, over: sale, window: quarter, each: month, take: largest 2}",
                "held: {sum: amount, over: sale, window: month, at most: 150% of quota, excess: carried, prorate: days, spread: evenly}", "own goal: {sum: amount, over: sale, window: month, quota: goal, ranking: {within: unit}}"),
    "RollUp": ("credit: {roll up: 3, own deals: excluded, along: manager, level: each, passing over: sold < 100}",),
    "Ranking": ("placed: {sum: amount, over: sale, window: month, ranking: {by: attainment, first: lowest, within: unit, who: position = \"rep\", ties: in order}}",),
    "Decision": ("decisions: {approver: {by: amount, edges: upper inclusive, beyond: refuse, missing: nothing, table: [[0, 50000, manager], [50000, 200000, director]]}}",),
    "Component": ("{name: license, clause: \"3.1\", who: position = \"rep\", as of: signed_on, credit: [owner, split], each: [sale, return], where: product = \"license\", base: amount, rate: 5%}",
                  "{name: growth, each: year, per: customer, base: large, rate: 2%, paid: false}", "large: {sum: amount, over: sale, window: year, per: customer}", "override: [{for: customer, when: 'customer = \"X\"', rate: 4%}]",
                  "uplift: [{when: is_new_customer, add: 2%}]", "factor: [{times: 90%}]", "gate: {when: score(compliance) >= 1}", "split: {by: share, within: fact}", "limit: {cap: 500, window: fact}",
                  "limits: [{cap: 500, window: fact}, {cap: 9000, window: year}]", "release: {after: 1}", "reserve: {keep: 20%, refund: year end}", "clawback: {on: cancellation, within: 90}",
                  "{name: to date, each: month, rate: {lump: 1000 * attainment(ytd)}, to date: year, falling: kept}"),
    "CreditTo": ("credit: {to: unit}",),
    "Flat": ("rate: 5%", "rate: {flat: 5%}"),
    "Tiers": ("rate: {tiers: marginal, by: base, window: month, edges: upper inclusive, table: [[0, 5%], [10000, 8%]]}",
              "rate: {tiers: whole, by: attainment of sold, missing: nothing, beyond: last row, table: [[0, 100%, 5%], [100%, 200%, 8%]]}"),
    "LumpPlusExcess": ("base: amount", "rate: {lump plus excess: [[0, 0, 0], [50000, 500, 1%]], by: base, window: fact, edges: upper inclusive}"),
    "ShareOfDifference": ("rate: {share of difference: 20%, of: price, over: list_price, quantity: quantity, divided by: 1 + vat_rate}",),
    "ShareOfWeaker": ("each: month", "rate: {share of weaker: 10%, of: [sold, ytd], carried at most: 50000}"),
    "PerUnit": ("rate: {per unit: 6, quantity: quantity}",),
    "Lump": ("rate: {lump: \"if(amount > 1000, 50, 0)\"}",),
    "Override": ("override: [{for: contract, when: 'contract = \"C-1\"', lump: 500, replaces: result}, {for: customer, when: 'customer = \"X\"', rate: 4%, from: 2026-02-01, to: 2026-06-30, in tiers: does not count}]",
                 "rate: {tiers: marginal, by: base, window: month, table: [[0, 5%], [10000, 8%]]}"),
    "Uplift": ("uplift: [{when: is_new_customer, add: 2%}, {add: 0.5%}]",),
    "Factor": ("factor: [{when: overdue_days > 90, times: 50%}, {times: \"max(0, 1 - overdue_days * 0.5%)\"}]",),
    "Gate": ("gate: {attainment of: sold, at least: 40%, without quota: passes}", "gate: {when: score(compliance) >= 1}"),
    "Split": ("each: month", "rate: {lump: 1000}", "split: {by: coefficient, within: unit, at most: 2 * salary}"),
    "Limit": ("limit: {cap: 1000, floor: 0, window: year, per: customer}",),
    "Release": ("release: {pro rata to: receipt, of: amount, not before: acceptance}", "release: {milestones: [[80%, 50%], [100%, 100%]], received: receipt, of: amount}", "release: {events: {signing: 30%, acceptance | use: 70%}}",
                "release: {instalments: [[0, 50%], [3, 100%]]}", "release: {evenly over: 24}", "release: {share: 70%, rest: later}", "release: {after: 2}", "release: {on: \"nth_day(date, 3, 1)\"}", "release: {once: ytd >= 50% * year_quota}", "release: {at most: 10000}"),
    "Reserve": ("reserve: {keep: 20%, refund: year end}",),
    "Refund": ("reserve: {keep: 20%, refund: {after: 12, share: score(appraisal) / 100}}", "reserve: {keep: 20%, refund: {on: \"nth_day(date, 6, 31)\"}}", "reserve: {keep: 20%, refund: {at: quarter end}}"),
    "Clawback": ("release: {instalments: [[0, 75%], [3, 100%]]}", "clawback: {on: lapse, within: ever, settled: at once}",
                 "clawback: {on: [cancellation, lapse], within: 90, take: \"max(0, 1 - elapsed_months / 12)\", when: amount > 0}"),
    "Settlement": ("settlement: {round: half up to cent once per line, round base: to fen, negative: carry, statutory cap: 20%, draw: {amount: 3000, recoverable: true}, cap: {amount: 5000, window: period}, minimum: 100, pay: {day: 10, holiday: earlier}}",
                   "settlement: {deduction: {cap: 20%}}", "settlement: {negative: zero, dropped: made up first}"),
    "Deduction": ("settlement: {deduction: {cap: 20%, of: wage, not below: 2500}}",),
    "Draw": ("settlement: {draw: {amount: 3000, recoverable: true, who: \"months(hired, period_start) < 6\", recover: 50%, recover of: earned, recover at most: 1000, interest: 0.5%, most owed: 5000, forgiven: year end}}",
             "advanced: {sum: amount, over: advance, window: month}", "settlement: {draw: {advances: advanced, recoverable: true}}"),
    "PayCap": ("settlement: {cap: {amount: 2 * salary, window: year, who: position = \"rep\", excess: carried}}",),
    "PayDay": ("settlement: {pay: {day: 31, holiday: later, months: 1}}",),
    "Example": ("examples: [{when: one sale, case: \"7\", given: {sales: [{payee: Ann, amount: 100}]}, then: {Ann: {commission: 5}}}]",),
}
"""{part: pieces of a plan that together write every field of it}; a field of a component stands as in its component, a name with `over` is a measure."""

MUST = {
    ("Measure", "sum"): "**required · 必填**, or count", ("Measure", "window"): "**required · 必填**", ("Tiers", "window"): "**required · 必填** by base", ("LumpPlusExcess", "window"): "**required · 必填** by base", ("Limit", "window"): "**required · 必填**",
    ("Settlement", "negative"): "**required · 必填**", ("Gate", "without quota"): "**required · 必填** with attainment of", ("Component", "base"): "**required · 必填** unless the rate gives money", ("Release", "of"): "**required · 必填** of pro rata to, milestones",
    ("Release", "received"): "**required · 必填** of milestones", ("Release", "rest"): "**required · 必填** of share", ("Plan", "components"): "**required · 必填**, or decisions", ("Draw", "amount"): "**required · 必填**, or advances",
    ("Grid", "beyond"): "`last row`; **required · 必填** where the last row has an end", ("Tiers", "beyond"): "`last row`; **required · 必填** where the last row has an end", ("Decision", "beyond"): "`last row`; **required · 必填** where the last row has an end",
}
"""{(part, field): what the reference says of a field that is not required by its kind, but where a plan without it is refused}."""

ANSWERS = {
    "A01": (("Tiers", "tiers"),), "A02": (("Tiers", "edges"), ("Grid", "edges"), ("Matrix", "edges"), ("LumpPlusExcess", "edges"), ("Decision", "edges")),
    "A03": (("Tiers", "beyond"), ("Grid", "beyond"), ("Grid", "below"), ("Decision", "beyond"), ("Lookup", "otherwise")), "A04": (("LumpPlusExcess", "lump plus excess"),),
    "A05": (("Measure", "window"), ("Tiers", "window"), ("LumpPlusExcess", "window"), ("Limit", "window"), ("PayCap", "window"), ("Component", "to date")), "A06": (("Release", "of"), ("Release", "received"), ("Release", "milestones")),
    "A09": (("Grid", "grid"),), "A10": (("Matrix", "rows"), ("Matrix", "columns")), "A11": (("Component", "base"), ("ShareOfDifference", "divided by")), "A12": (("RollUp", "own deals"),),
    "A14": (("Release", "rest"), ("Reserve", "refund")), "A15": (("Settlement", "negative"), ("Settlement", "dropped")), "A18": (("Gate", "attainment of"), ("Gate", "without quota")), "A19": (("PayDay", "holiday"),),
    "A20": (("Settlement", "round"), ("Settlement", "round base"), ("Split", "by")), "A21": (("Component", "as of"), ("Plan", "counts on")), "A22": (("Draw", "recoverable"), ("Draw", "forgiven")), "A24": (("Component", "each"),),
    "A27": (("Exchange", "by"), ("Exchange", "rate")), "A34": (("Measure", "prorate"),), "A35": (("Tiers", "by"),), "A36": (("Component", "uplift"), ("Component", "factor")), "A37": (("Release", "after"), ("PayDay", "months")),
    "A38": (("Measure", "credit"),), "A39": (("Component", "credit"),), "A40": (("Override", "for"),),
}
"""{number of an open question: the fields that answer it}; the guide tells the questions."""
QUESTION = {place: number for number, places in ANSWERS.items() for place in places}

CHINESE = {
    "Plan": "一个提成方案，名称可以用中文。", "Effective": "什么时候有效。", "Exchange": "别的币种怎么折成方案的币种：按汇率表，一单位值多少。",
    "Grid": "按一个值（单价、毛利率、得分）查：step 取不超过它的那一行，linear 在两行之间走直线。", "Matrix": "按两边查，行和列各是一个公式，起点说从哪里开始（含）。",
    "Lookup": "按一个词查：品类、大区、级别；写了 across 就是两边查，横向是词或档。", "Measure": "一类或几类事实在一段时间里的合计（或平均、最大、最小、个数），本人的、下属的、部门的或全体的。",
    "RollUp": "记到上级头上，往上几级，看事实那天的上下级。", "Ranking": "名次怎么排。", "Decision": "按一个值用词回答：谁批、算哪类。",
    "Component": "一项提成，步骤依次是：谁、归谁、基数、比例（或约定）、加点、系数、门槛、分、至今、封顶保底、发放、预留、扣回。", "CreditTo": "归到池：所在部门，或一个账户。", "Flat": "一个比例到底，可以是公式。",
    "Tiers": "分档：marginal 每段按自己的比例，whole 全部按到的那档；by 是 base（自己在 window 里累计的基数）、指标、attainment of 指标，whole 还可以是公式。", "LumpPlusExcess": "到一档给定额，超出起点的部分再按比例。",
    "ShareOfDifference": "每单位差价的几成：几成 × 最大(0, of − over) × 数量。", "ShareOfWeaker": "两边里较小的一边的几成，较大一边多出的留到下一期再比（双轨）。", "PerUnit": "每单位多少钱。", "Lump": "直接给一个金额。", "Override": "个别约定：给条件里说的另一个比例。越具体越优先，再看开始晚的，再看后写的。",
    "Uplift": "加百分点，条件成立的都加。", "Factor": "乘系数，条件成立的依次乘。", "Gate": "不到就没有：看完成率，或看条件。", "Split": "一笔钱按系数分到分，零头给小数部分最大的，再按名字先后。",
    "Limit": "每人在一个窗口里，这一项最多、最少多少。", "Release": "挣到的什么时候发：随到账、按节点、平均分期、一部分、隔几期、到某天、等条件成立，或每期最多发多少。", "Reserve": "该发的留下几成。", "Refund": "预留什么时候返还：隔几期、到某天或期末，全部或一部分。",
    "Clawback": "同一单后来有了这类事实，把挣的收回，在那一期单记一行。", "Settlement": "各行怎么变成应发的钱；round 说在哪里取整、取到哪一位、怎么取。", "Deduction": "欠的从工资里扣：最多几成，扣后不低于多少。",
    "Draw": "每期先垫的提成：超过的照发，抵回的不足以后还；不抵回就是保底。有任命的人（或 who 说的人）都有，没挣的也有。", "PayCap": "全部提成一起封顶；超出的不发，或结转到以后、在封顶以内补发。", "PayDay": "发放日。", "Example": "一个算例：给定什么，各人应得多少。",
}
"""{part: what it is, in Chinese}."""
