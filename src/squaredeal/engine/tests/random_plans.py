"""Random plans with random facts, as plain dicts for the oracle and as YAML and tables for the engine."""
from datetime import date, timedelta

from hypothesis import assume
from hypothesis import strategies as st

from squaredeal.engine import Tables

FIRST = date(2026, 1, 1)
PEOPLE = ["陈", "林", "吴", "王", "周"]
RATES = st.sampled_from(["0", "0.7%", "1%", "1.25%", "1.5%", "2%", "3.333%"])
RATES_OF_DAYS = [{"currency": "USD", "date": date(2025, 12, 31), "rate": "7.1234"}, {"currency": "USD", "date": date(2026, 2, 1), "rate": "6.98765"}]
EDGES = st.lists(st.integers(1, 400).map(lambda n: n * 2500), min_size=0, max_size=3, unique=True).map(sorted)


@st.composite
def components(draw, place):
    kind = draw(st.sampled_from(["whole", "marginal", "flat", "marginal", "whole"]))
    edges = [0, *draw(EDGES)]
    rolled = draw(st.booleans()) and place > 0
    return {"name": f"部分{place}", "kind": "flat" if rolled else kind, "position": "manager" if rolled else "rep", "levels": draw(st.integers(1, 2)) if rolled else 0,
            "rate": draw(RATES), "table": [(e, draw(RATES)) for e in edges], "upper": draw(st.booleans()),
            "window": draw(st.sampled_from([None, "year to date"])),
            "override": draw(st.sampled_from([None, None, ("4%", "counts"), ("0.3%", "does not count")])), "floor": draw(st.sampled_from([None, None, "120.5"])),
            "clawback": draw(st.sampled_from([None, None, ("100%", 40), ("33.3%", 400)])), "uplift": draw(st.sampled_from([None, "0.5%"])), "factor": draw(st.sampled_from([None, "0", "50%", "33.3%"])),
            "by": draw(st.sampled_from(["月回款", "最大两笔"])), "cap_per": draw(st.sampled_from([None, "product"])),
            "gate": None if rolled else draw(st.sampled_from([None, "40%", "100%"])), "cap": draw(st.sampled_from([None, None, "900", "5000.05"])),
            "reserve": draw(st.sampled_from([None, "15%", "7.5%"]))}


@st.composite
def worlds(draw):
    """(plan dict, facts, credits, people, quotas); none of the few facts that say little."""
    many = draw(st.integers(1, 12))
    assume(many > 4)
    plan = {"components": [draw(components(i)) for i in range(draw(st.integers(2, 3)))]}
    facts, credits = [], []
    for number in range(1, many + 1):
        facts.append({"id": f"r{number}", "kind": "receipt", "date": FIRST + timedelta(days=draw(st.integers(0, 80))),
                      "amount": draw(st.integers(-30_000_000, 90_000_000).map(lambda n: f"{n // 100}.{abs(n) % 100:02d}" if n >= 0 else f"-{-n // 100}.{-n % 100:02d}")),
                      "vat_rate": draw(st.sampled_from(["0", "0.06", "0.13"])), "overdue_days": draw(st.sampled_from([0, 90, 91, 200])), "first_order": draw(st.booleans()), "deal": f"d{number}",
                      "product": draw(st.sampled_from(["甲", "丙"])), "currency": draw(st.sampled_from(["CNY", "CNY", "USD"]))})
        who = draw(st.lists(st.sampled_from(PEOPLE[:3]), min_size=1, max_size=2, unique=True))
        shares = ["1"] if len(who) == 1 else list(draw(st.sampled_from([("0.7", "0.3"), ("0.5", "0.5"), ("0.3333", "0.6667")])))
        credits += [{"fact": f"r{number}", "payee": p, "share": s, "role": "owner"} for p, s in zip(who, shares, strict=True)]
    for number in range(1, draw(st.integers(0, 2)) + 1):
        about = draw(st.sampled_from(facts[:many]))
        facts.append({**about, "id": f"x{number}", "kind": "cancel", "amount": "0", "date": about["date"] + timedelta(days=draw(st.integers(0, 50)))})
    moved = FIRST + timedelta(days=draw(st.integers(1, 60)))
    people = [{"payee": p, "position": "rep", "unit": "u", "manager": "王", "from": date(2025, 1, 1), "to": moved} for p in PEOPLE[:3]]
    people += [{"payee": p, "position": "rep", "unit": "u", "manager": draw(st.sampled_from(["王", "周"])), "from": moved + timedelta(days=1), "to": None} for p in PEOPLE[:3]]
    people += [{"payee": "王", "position": "manager", "unit": "u", "manager": "周", "from": date(2025, 1, 1), "to": None},
               {"payee": "周", "position": "manager", "unit": "u", "manager": None, "from": date(2025, 1, 1), "to": None}]
    quotas = [{"payee": p, "measure": "月回款", "period": m, "value": draw(st.integers(1, 90).map(lambda n: n * 10000))}
              for p in PEOPLE[:3] for m in ("2026-01", "2026-02", "2026-03") if draw(st.booleans())]
    return plan, facts, credits, people, quotas


def yaml_of(plan):
    """The plan as somebody would write it."""
    text = ["plan: 随机方案", "effective: {from: 2026-01-01}", "currency: CNY", "period: month",
            "exchange: {by: date, rate: latest, round: to fen}", "terms:", "  不含税: amount / (1 + vat_rate)", "measures:",
            "  月回款: {sum: 不含税, over: receipt, window: month}", "  最大两笔: {sum: 不含税, over: receipt, take: largest 2, window: month}", "components:"]
    for c in plan["components"]:
        text += [f"  - name: {c['name']}", f"    who: position = \"{c['position']}\"", "    each: receipt", "    base: 不含税"]
        if c["levels"]:
            text.append(f"    credit: {{roll up: {c['levels']}, own deals: excluded}}")
        table = ", ".join(f"[{e}, {r}]" for e, r in c["table"])
        edges = ", edges: upper inclusive" if c["upper"] and c["kind"] == "whole" else ""
        by = f"base, window: {c['window']}" if c["window"] and c["kind"] == "marginal" else "月回款" if c["kind"] == "marginal" else c["by"]
        text.append(f"    rate: {c['rate']}" if c["kind"] == "flat" else f"    rate: {{tiers: {c['kind']}, by: {by}, table: [{table}]{edges}}}")
        if c["override"]:
            moved = c["kind"] == "flat" or by.startswith("base") or (c["kind"] == "marginal" and not c["levels"])  # where its base moves the table at all
            counts = f", in tiers: {c['override'][1]}" if moved else ""
            text.append(f"    override: [{{for: product, when: product = \"丙\", rate: {c['override'][0]}{counts}}}]")
        if c["uplift"]:
            text.append(f"    uplift: [{{when: first_order, add: {c['uplift']}}}]")
        if c["factor"]:
            text.append(f"    factor: [{{when: overdue_days > 90, times: {c['factor']}}}]")
        if c["gate"]:
            text.append(f"    gate: {{attainment of: 月回款, at least: {c['gate']}, without quota: passes}}")
        bounds = [f"{name}: {c[name]}" for name in ("cap", "floor") if c[name]]
        if bounds:
            text.append(f"    limit: {{{', '.join(bounds)}, window: month{', per: product' if c['cap_per'] else ''}}}")
        if c["clawback"]:
            text.append(f"    clawback: {{on: cancel, take: {c['clawback'][0]}, within: {c['clawback'][1]}}}")
        if c["reserve"]:
            text.append(f"    reserve: {{keep: {c['reserve']}, refund: never}}")
    return "\n".join([*text, "settlement: {round: half up to fen once per line, round base: to fen, negative: carry, statutory cap: 20%}"])


def tables_of(facts, credits, people, quotas):
    return Tables(facts=facts, credits=credits, people=people, quotas=quotas or None, rates=RATES_OF_DAYS)
