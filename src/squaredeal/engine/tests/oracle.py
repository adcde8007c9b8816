"""An independent reading of plans, in plain Python with fractions: slow, short, and sharing nothing with the compiler but the plan model.

It knows: who by position, direct credit and roll-up, flat and tiered rates (own base or attainment), uplift, factor, gate, cap, reserve.
"""
from collections import defaultdict
from datetime import date
from fractions import Fraction


def half_up(value, places=2):
    """Nearest, halves away from zero."""
    unit = 10**places
    scaled = abs(value) * unit
    whole = scaled.numerator * 2 // scaled.denominator
    whole = (whole + 1) // 2
    return Fraction(whole if value >= 0 else -whole, unit)


def per_cent(text):
    text = str(text)
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def seat(people, payee, day):
    return next((p for p in people if p["payee"] == payee and p["from"] <= day <= (p["to"] or date(9999, 12, 31))), None)


def credited(component, facts, credits, people):
    """[(fact, payee, share)] in the order facts are consumed."""
    found = []
    for fact in sorted(facts, key=lambda f: (f["date"], len(f["id"]), f["id"])):
        shares = defaultdict(Fraction)
        for row in credits:
            if row["fact"] != fact["id"]:
                continue
            if component.get("levels"):
                boss = row["payee"]
                for _level in range(component["levels"]):
                    place = seat(people, boss, fact["date"])
                    boss = place and place["manager"]
                    if not boss:
                        break
                    shares[boss] += Fraction(str(row["share"]))
            else:
                shares[row["payee"]] += Fraction(str(row["share"]))
        for payee, share in shares.items():
            place = seat(people, payee, fact["date"])
            if place and place["position"] == component["position"]:
                found.append((fact, payee, share))
    return found


def month(day):
    return f"{day:%Y-%m}"


def base_of(fact, share):
    return half_up(Fraction(str(fact["amount"])) / (1 + Fraction(str(fact["vat_rate"]))) * share)


def measured(facts, credits):
    """{(payee, month): sum of base} over every credit."""
    sums = defaultdict(Fraction)
    for fact in facts:
        for row in credits:
            if row["fact"] == fact["id"]:
                sums[row["payee"], month(fact["date"])] += base_of(fact, Fraction(str(row["share"])))
    return sums


def slices(table, low, high):
    """The marginal table between two running bases."""
    total = Fraction(0)
    for place, (edge, rate) in enumerate(table):
        top = Fraction(table[place + 1][0]) if place + 1 < len(table) else None
        bottom = Fraction(edge) if place else None

        def within(x, bottom=bottom, top=top):
            x = x if top is None else min(x, top)
            return x if bottom is None else max(x, bottom)
        total += (within(high) - within(low)) * per_cent(rate)
    return total


def lines(plan, facts, credits, people, quotas):
    """{(component, payee, fact id): (earned, reserved)} of a plan given as a plain dict."""
    sums = measured(facts, credits)
    goal = {(q["payee"], q["period"]): Fraction(str(q["value"])) for q in quotas}
    found = {}
    for component in plan["components"]:
        running, capped = defaultdict(Fraction), defaultdict(Fraction)
        for fact, payee, share in credited(component, facts, credits, people):
            when, base = month(fact["date"]), base_of(fact, share)
            before = running[payee, when]
            after = running[payee, when] = before + base
            reach, quota = sums[payee, when], goal.get((payee, when))
            if component["kind"] == "flat":
                raw = base * per_cent(component["rate"])
            elif component["kind"] == "marginal":
                raw = slices(component["table"], before, after)
            else:
                rate = component["table"][0][1]
                for edge, worth in component["table"]:
                    if (reach > Fraction(edge) if component["upper"] else reach >= Fraction(edge)) or not Fraction(edge):
                        rate = worth
                raw = base * per_cent(rate)
            if component.get("uplift") and fact["first_order"]:
                raw += base * per_cent(component["uplift"])
            if component.get("factor") and fact["overdue_days"] > 90:
                raw *= per_cent(component["factor"])
            earned = half_up(raw)
            if component.get("gate") and quota is not None and reach < quota * per_cent(component["gate"]):
                earned = Fraction(0)
            if component.get("cap"):
                total = capped[payee, when] + earned
                cap = Fraction(component["cap"])
                limited = min(total, cap) - min(capped[payee, when], cap)
                capped[payee, when], earned = total, limited
            found[component["name"], payee, fact["id"]] = (earned, half_up(earned * per_cent(component["reserve"])) if component.get("reserve") else Fraction(0))
    return found
