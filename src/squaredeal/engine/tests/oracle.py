"""An independent reading of plans, in plain Python with fractions: slow, short, and sharing nothing with the compiler but the plan model.

It knows: who by position, direct credit and roll-up, flat and tiered rates (own base by month or year to date, or attainment), overrides, uplift, factor,
gate, cap and floor by month or also by product, the two largest facts of a month, reserve, claw-back, facts in another currency.
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
    for fact in sorted((f for f in facts if f["kind"] == "receipt"), key=lambda f: (f["date"], len(f["id"]), f["id"])):
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


def amount_of(fact):
    """In yuan: the dollars of a day at the last rate up to it, to the fen."""
    if fact["currency"] == "CNY":
        return Fraction(str(fact["amount"]))
    return half_up(Fraction(str(fact["amount"])) * Fraction("7.1234" if fact["date"] < date(2026, 2, 1) else "6.98765"))


def base_of(fact, share):
    return half_up(amount_of(fact) / (1 + Fraction(str(fact["vat_rate"]))) * share)


def measured(facts, credits):
    """{(payee, month): sum of base} over every credit."""
    sums = defaultdict(Fraction)
    for fact in (f for f in facts if f["kind"] == "receipt"):
        for row in credits:
            if row["fact"] == fact["id"]:
                sums[row["payee"], month(fact["date"])] += base_of(fact, Fraction(str(row["share"])))
    return sums


def largest_two(facts, credits):
    """{(payee, month): the sum of the two largest facts}, whatever the share in them."""
    own = defaultdict(list)
    for payee, fact in {(row["payee"], row["fact"]) for row in credits}:
        found = next(f for f in facts if f["id"] == fact)
        own[payee, month(found["date"])].append(base_of(found, 1))
    return {key: sum(sorted(several)[-2:]) for key, several in own.items()}


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
    sums, largest = measured(facts, credits), largest_two(facts, credits)
    goal = {(q["payee"], q["period"]): Fraction(str(q["value"])) for q in quotas}
    found = {}
    for component in plan["components"]:
        own = {}
        running = defaultdict(Fraction)
        for fact, payee, share in credited(component, facts, credits, people):
            own[payee, fact["id"]] = _earned(component, fact, payee, base_of(fact, share), running, sums, largest, goal)
        if component.get("cap") or component.get("floor"):
            _bounded(component, own, {f["id"]: f for f in facts})
        for (payee, fact), earned in own.items():
            found[component["name"], payee, fact] = (earned, half_up(earned * per_cent(component["reserve"])) if component.get("reserve") else Fraction(0))
        if component.get("clawback"):
            found.update(_taken(component, own, found, facts))
    return found


def _earned(component, fact, payee, base, running, sums, largest, goal):
    """What a fact earns before cap and floor, moving the running base of its payee on."""
    when = month(fact["date"])
    special = component.get("override") if fact["product"] == "丙" else None
    span = fact["date"].year if component.get("window") and component["kind"] == "marginal" else when
    before = running[payee, span]
    after = running[payee, span] = before + (0 if special and special[1] == "does not count" else base)
    reach, quota = sums[payee, when], goal.get((payee, when))
    if special:
        raw = base * per_cent(special[0])
    elif component["kind"] == "flat":
        raw = base * per_cent(component["rate"])
    elif component["kind"] == "marginal":
        raw = slices(component["table"], before, after)
    else:
        rate, told = component["table"][0][1], reach if component["by"] == "月回款" else largest.get((payee, when), 0)
        for edge, worth in component["table"]:
            if (told > Fraction(edge) if component["upper"] else told >= Fraction(edge)) or not Fraction(edge):
                rate = worth
        raw = base * per_cent(rate)
    if component.get("uplift") and fact["first_order"]:
        raw += base * per_cent(component["uplift"])
    if component.get("factor") and fact["overdue_days"] > 90:
        raw *= per_cent(component["factor"])
    if component.get("gate") and quota is not None and reach < quota * per_cent(component["gate"]):
        return Fraction(0)
    return half_up(raw)


def _bounded(component, own, facts):
    """Cap and floor by payee and month, and product where it says so, in the order of the facts: the last one gets what is missing to the floor."""
    windows = defaultdict(list)
    for payee, fact in own:
        windows[payee, month(facts[fact]["date"]), facts[fact]["product"] if component["cap_per"] else ""].append((payee, fact))
    for members in windows.values():
        total = Fraction(0)
        for place, key in enumerate(members):
            before, total = total, total + own[key]
            after = total
            if component.get("cap"):
                before, after = min(before, Fraction(component["cap"])), min(after, Fraction(component["cap"]))
            if component.get("floor") and place + 1 == len(members):
                after = max(after, Fraction(component["floor"]))
            own[key] = after - before


def _taken(component, own, found, facts):
    """What each cancellation takes back, in order, never more than there was."""
    take, within = component["clawback"]
    by_id, taken = {f["id"]: f for f in facts}, {}
    gone = defaultdict(lambda: [Fraction(0), Fraction(0)])
    events = sorted((f for f in facts if f["kind"] == "cancel"), key=lambda f: (f["date"], len(f["id"]), f["id"]))
    for event in events:
        for payee, fact in own:
            if by_id[fact]["deal"] != event["deal"] or not 0 <= (event["date"] - by_id[fact]["date"]).days <= within:
                continue
            parts = []
            for place, whole in enumerate(found[component["name"], payee, fact]):
                part = min(abs(half_up(whole * per_cent(take))), abs(whole) - gone[payee, fact][place])
                gone[payee, fact][place] += part
                parts.append(-part if whole > 0 else part)
            if any(parts):
                taken[component["name"], payee, f"clawback {event['id']} of {fact}"] = tuple(parts)
    return taken
