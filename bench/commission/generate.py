"""A sales year of any size, from a seed: receipts, split credit, people whose managers change during the year, quotas; as Parquet.

About 1.35 credited people a receipt and three levels of managers above each of them, so about 5.4 ledger lines a receipt.
Staff grows with the receipts (one seller to 500), so every size has the same shape.
"""
import sys
from pathlib import Path

import duckdb

FACTS = """SELECT printf('R%08d', i) AS id, 'receipt' AS kind, DATE '2026-01-01' + CAST((i - 1) * 365 // {n} AS INTEGER) AS date, printf('D%07d', i // 3) AS deal,
    printf('K%05d', draw(i, 1) % 5000) AS customer, CAST((draw(i, 2) % 4000000 + 10000) * CASE WHEN draw(i, 3) % 50 = 0 THEN -1 ELSE 1 END AS DECIMAL(18, 2)) / 100 AS amount,
    CAST(draw(i, 4) % 5000 AS DECIMAL(8, 4)) / 10000 AS margin, CAST(draw(i, 5) % 3500 AS DECIMAL(8, 4)) / 10000 AS discount,
    CAST(greatest(0, draw(i, 6) % 400 - 180) AS INTEGER) AS overdue_days FROM range(1, {n} + 1) AS t(i)"""
SHAPE = """SELECT id, kind, date, deal, customer, CAST(amount AS DECIMAL(18, 2)) AS amount, CAST(margin AS DECIMAL(6, 4)) AS margin,
    CAST(discount AS DECIMAL(6, 4)) AS discount, overdue_days FROM ({facts})"""
CREDITS = """SELECT printf('R%08d', i) AS fact, printf('rep%05d', who) AS payee, CAST(share AS DECIMAL(5, 4)) AS share, role FROM (
    SELECT i, draw(i, 7) % {reps} AS who, CASE WHEN draw(i, 8) % 100 < 35 THEN 0.7 ELSE 1 END AS share, 'owner' AS role FROM range(1, {n} + 1) AS t(i)
    UNION ALL SELECT i, (draw(i, 7) % {reps} + 1 + draw(i, 9) % ({reps} - 1)) % {reps}, 0.3, 'split' FROM range(1, {n} + 1) AS t(i) WHERE draw(i, 8) % 100 < 35)"""
PEOPLE = """SELECT payee, position, manager, "from", "to" FROM (
    SELECT printf('rep%05d', i) AS payee, 'rep' AS position, printf('man%04d', draw(i, 10) % {managers}) AS manager, DATE '2026-01-01' AS "from",
        CASE WHEN draw(i, 11) % 10 < 3 THEN moved - 1 END AS "to" FROM (SELECT i, DATE '2026-02-01' + CAST(draw(i, 12) % 300 AS INTEGER) AS moved FROM range({reps}) AS t(i))
    UNION ALL SELECT printf('rep%05d', i), 'rep', printf('man%04d', draw(i, 13) % {managers}), DATE '2026-02-01' + CAST(draw(i, 12) % 300 AS INTEGER), NULL
        FROM range({reps}) AS t(i) WHERE draw(i, 11) % 10 < 3
    UNION ALL SELECT printf('man%04d', i), 'manager', printf('dir%03d', i % {directors}), DATE '2026-01-01', NULL FROM range({managers}) AS t(i)
    UNION ALL SELECT printf('dir%03d', i), 'director', printf('head%02d', i % {heads}), DATE '2026-01-01', NULL FROM range({directors}) AS t(i)
    UNION ALL SELECT printf('head%02d', i), 'head', NULL, DATE '2026-01-01', NULL FROM range({heads}) AS t(i))"""
QUOTAS = """SELECT payee, '团队回款' AS measure, printf('2026-%02d', m) AS period,
    CAST(CASE position WHEN 'manager' THEN 8000000 WHEN 'director' THEN 80000000 ELSE 800000000 END AS DECIMAL(18, 2)) * (7 + draw(m * 100003 + hash(payee) % 99991, 14) % 7) / 10 AS value
    FROM (SELECT DISTINCT payee, position FROM people WHERE position <> 'rep') CROSS JOIN range(1, 13) AS t(m)"""


def generate(folder, n, seed=20260101):
    """Write facts, credits, people, quotas of `n` receipts under `folder`; the number of files' rows by name."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    reps = max(n // 500, 40)
    managers = max(reps // 10, 4)
    sizes = {"n": n, "reps": reps, "managers": managers, "directors": max(managers // 10, 2), "heads": max(managers // 100, 1)}
    link = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
    link.execute(f"CREATE MACRO draw(i, k) AS CAST(hash(i, k, {int(seed)}) % 2147483647 AS BIGINT)")
    link.execute("CREATE TABLE people AS " + PEOPLE.format(**sizes))
    told = {}
    for name, query in (("facts", SHAPE.format(facts=FACTS.format(**sizes))), ("credits", CREDITS.format(**sizes)),
                        ("people", "SELECT * FROM people ORDER BY payee, \"from\""), ("quotas", QUOTAS)):
        told[name] = link.execute(f"COPY ({query}) TO '{folder / name}.parquet' (FORMAT parquet, COMPRESSION zstd)").fetchone()[0]
    link.close()
    return told


if __name__ == "__main__":
    print(generate(sys.argv[1], int(float(sys.argv[2]))))
