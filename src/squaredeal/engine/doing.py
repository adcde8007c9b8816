"""What a run is doing, in words that whoever pays by it reads; the stages have names of their own, under which their tables are kept."""

AT = {
    "facts": ("读表", "reading the tables"), "credit": ("每笔归谁", "whom each fact is credited to"), "paid_by": ("各期谁在岗", "who is there in each period"), "staff": ("各期谁在岗", "who is there in each period"),
    "settling": ("结算要问的", "what the settlement asks of each person"), "entitled": ("各项应得合在一起", "what everybody is entitled to"), "keyed": ("和已入账的比", "what is posted already"),
    "ledger": ("和已入账的比", "what is posted already"), "lines": ("明细和对账单", "lines and statements"), "done": ("完成", "done"),
}
"""{the beginning of a stage's name: what is done there, in Chinese and English}."""


def doing(plan, stage, lang):
    """What a stage does: a component's by the component's name, a measure's by the measure's."""
    kind, _, place = stage.rpartition("_")
    zh = lang == "zh"
    if kind == "measure":
        return f"指标 {list(plan.measures)[int(place)]}" if zh else f"measure {list(plan.measures)[int(place)]}"
    if place.isdigit() and kind != "credit":
        return f"提成 {plan.components[int(place)].name}" if zh else f"component {plan.components[int(place)].name}"
    return next((said[not zh] for begins, said in AT.items() if stage.startswith(begins)), stage)


def telling(plan, lang, say):
    """What tells of each stage with `say`, once where several say the same."""
    said = []

    def told(stage):
        words = doing(plan, stage, lang)
        if words not in said[-1:]:
            said.append(words)
            say(words)
    return told
