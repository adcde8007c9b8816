"""What-if of one receipt for one payee: milliseconds to prepare, to answer, and of a whole run, with N receipts of 20 people.

    python bench/whatif.py 50 1000 10000
"""
import sys
from datetime import date, timedelta
from importlib.resources import files
from statistics import median
from time import perf_counter

from squaredeal import engine
from squaredeal.engine.trials.whatif import prepare

PEOPLE = [{"payee": f"p{i}", "position": "rep", "unit": "u", "manager": "m", "from": date(2024, 1, 1), "to": None} for i in range(20)]
BOSS = {"payee": "m", "position": "manager", "unit": "u", "manager": None, "from": date(2024, 1, 1), "to": None}


def tables(count):
    facts = [{"id": f"r{i}", "kind": "receipt", "date": date(2026, 1, 1) + timedelta(days=i % 330), "amount": f"{10000 + i * 137 % 90000}.55", "vat_rate": "0.13",
              "overdue_days": i % 120, "first_order": i % 7 == 0} for i in range(count)]
    credits = [{"fact": f"r{i}", "payee": f"p{i % 20}", "share": "1", "role": "owner"} for i in range(count)]
    quotas = [{"payee": p["payee"], "measure": "月到账", "period": f"2026-{m:02d}", "value": 300000} for p in PEOPLE for m in range(1, 13)]
    return {"facts": facts, "credits": credits, "people": [*PEOPLE, BOSS], "quotas": quotas}


def timed(work, times=1):
    """(what the last one gave, the median of milliseconds)."""
    found, took = None, []
    for _again in range(times):
        start = perf_counter()
        found = work()
        took.append((perf_counter() - start) * 1000)
    return found, median(took)


def main(counts):
    plan = engine.load_plan(files("squaredeal.engine").joinpath("examples/huachen-2026.yaml").read_text(encoding="utf-8"))
    fact = {"kind": "receipt", "date": date(2026, 11, 20), "amount": "226000", "vat_rate": "0.13", "overdue_days": 0, "first_order": True}
    print(f"{'receipts':>9} {'run ms':>9} {'prepare ms':>11} {'answer ms':>10} {'why ms':>8} {'run ÷ answer':>13}")
    for count in counts:
        rows = tables(count)
        engine.run(plan, engine.Tables(**rows))
        _result, run = timed(lambda rows=rows: engine.run(plan, engine.Tables(**rows)), 3)
        ready, readying = timed(lambda rows=rows: prepare(plan, engine.Tables(**rows), "p3", until=fact["date"]), 3)
        answer, asking = timed(lambda ready=ready: ready.what_if(fact), 30)
        _why, saying = timed(lambda answer=answer: answer.parts[0].explanation("zh").text, 30)
        print(f"{count:>9} {run:>9.0f} {readying:>11.0f} {asking:>10.2f} {saying:>8.2f} {run / asking:>13.0f}")


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [50, 1000, 10000])
