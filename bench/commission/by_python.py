"""The benchmark job as a plain loop in Python, money as Decimal: by_python.py IN OUT. Rows come from and go to CSV, as such a script would."""
import csv
import sys
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

FEN = Decimal("0.01")
OWN = [(Decimal(0), Decimal("0.01")), (Decimal(300000), Decimal("0.015")), (Decimal(1000000), Decimal("0.02"))]
TEAM = [(Decimal("1.2"), Decimal("0.0025")), (Decimal(1), Decimal("0.002")), (Decimal("0.8"), Decimal("0.001"))]


def fen(value):
    return value.quantize(FEN, rounding=ROUND_HALF_UP)


def rows(source, name):
    with (Path(source) / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def factor(fact):
    margin, discount, late = Decimal(fact["margin"]), Decimal(fact["discount"]), int(fact["overdue_days"])
    found = Decimal("0.6") if margin < Decimal("0.15") else Decimal("1.2") if margin >= Decimal("0.3") else Decimal(1)
    if discount > Decimal("0.2"):
        found *= Decimal("0.8")
    return found * (0 if late > 180 else Decimal("0.5") if late > 90 else Decimal("0.9") if late > 30 else 1)


def tiers(total):
    found = Decimal(0)
    for place, (low, rate) in enumerate(OWN):
        high = OWN[place + 1][0] if place + 1 < len(OWN) else None
        part = min(total, high) if high is not None else total
        found += ((max(part, low) if place else part) - (low if place else 0)) * rate
    return found


def seat(people, payee, day):
    for starts, ends, position, manager in people.get(payee, ()):
        if starts <= day <= ends:
            return position, manager
    return None, None


def main(source, out):
    people, shares, quotas = defaultdict(list), defaultdict(lambda: defaultdict(Decimal)), {}
    for row in rows(source, "people"):
        people[row["payee"]].append((row["from"], row["to"] or "9999-12-31", row["position"], row["manager"] or None))
    for row in rows(source, "credits"):
        shares[row["fact"]][row["payee"]] += Decimal(row["share"])
    for row in rows(source, "quotas"):
        quotas[row["payee"], row["period"]] = Decimal(row["value"])
    own, led, team = [], [], defaultdict(Decimal)
    so_far = defaultdict(Decimal)
    for fact in sorted(rows(source, "facts"), key=lambda f: (f["date"], f["id"])):
        day, amount, period = fact["date"], Decimal(fact["amount"]), fact["date"][:7]
        up = defaultdict(Decimal)
        for payee, share in shares[fact["id"]].items():
            position, manager = seat(people, payee, day)
            if position == "rep":
                base, before = fen(amount * share), so_far[payee, period]
                so_far[payee, period] = before + base
                full = fen((tiers(before + base) - tiers(before)) * factor(fact))
                own.append(("回款提成", payee, fact["id"], day, period, base, full))
            for _level in range(3):
                if manager:
                    up[manager] += share
                    _position, manager = seat(people, manager, day)
        for payee, share in up.items():
            base = fen(amount * share)
            team[payee, period] += base
            led.append((payee, fact["id"], day, period, base))
    run = defaultdict(Decimal)
    Path(out).mkdir(parents=True, exist_ok=True)
    with (Path(out) / "lines.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["component", "payee", "fact", "day", "period", "base", "full_amount", "earned", "reserved"])
        for component, payee, fact, day, period, base, full in own:
            writer.writerow([component, payee, fact, day, period, base, full, *paid(run, (component, payee, period), full, Decimal(12000))])
        for payee, fact, day, period, base in led:
            quota = quotas.get((payee, period))
            rate = next((r for edge, r in TEAM if quota is not None and team[payee, period] >= quota * edge), Decimal("0.0005"))
            full = fen(base * rate)
            writer.writerow(["管理提成", payee, fact, day, period, base, full, *paid(run, ("管理提成", payee, period), full, Decimal(200000))])


def paid(run, key, full, cap):
    before = run[key]
    run[key] = before + full
    earned = min(before + full, cap) - min(before, cap)
    return earned, fen(earned * Decimal("0.2"))


if __name__ == "__main__":
    main(*sys.argv[1:3])
