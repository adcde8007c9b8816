"""What a run is doing, in words that whoever pays by it reads; the stages have names of their own, under which their tables are kept."""

AT = {
    "facts": ("读表", "reading the tables"), "credit": ("每笔归谁", "whom each fact is credited to"), "paid_by": ("各期谁在岗", "who is there in each period"), "staff": ("各期谁在岗", "who is there in each period"),
    "settling": ("结算要问的", "what the settlement asks of each person"), "entitled": ("各项应得合在一起", "what everybody is entitled to"), "keyed": ("和已入账的比", "what is posted already"),
    "ledger": ("和已入账的比", "what is posted already"), "lines": ("明细和对账单", "lines and statements"), "done": ("完成", "done"),
}
"""{the beginning of a stage's name: what is done there, in Chinese and English}."""


OF_COMPONENTS = ("rows", "open", "reached", "earned", "released", "net")
"""Beginnings of the names of stages that a component has each of its own; a measure has one."""
CALLED = {"measures": ("指标", "measure"), "components": ("提成", "component")}


def part(plan, stage):
    """("measures" or "components", name) of what a stage computes; None of one that is about all of them."""
    kind, _, place = stage.rpartition("_")
    named = {"measure": list(plan.measures), **dict.fromkeys(OF_COMPONENTS, [c.name for c in plan.components])}.get(kind, [])
    return ("measures" if kind == "measure" else "components", named[int(place)]) if place.isdigit() and int(place) < len(named) else None


def doing(plan, stage, lang):
    """What a stage does: a component's by the component's name, a measure's by the measure's."""
    zh = lang == "zh"
    if about := part(plan, stage):
        return f"{CALLED[about[0]][not zh]} {about[1]}"
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
