"""The least any version can do: every input column it needs is read, and a ledger already computed is written: floor.py IN LEDGER OUT.

The ledger is a folder: the lines, and the facts and rows of measures that lines are about.
"""
import sys
from pathlib import Path

import duckdb

source, ledger, out = sys.argv[1:4]
Path(out).mkdir(parents=True, exist_ok=True)
link = duckdb.connect(config={"threads": 2, "memory_limit": "4GB", "preserve_insertion_order": "false"})
link.execute(f"SELECT max(id), max(date), sum(amount), sum(margin), sum(discount), sum(overdue_days) FROM read_parquet('{source}/facts.parquet')").fetchall()
link.execute(f"SELECT max(fact), max(payee), sum(share), max(role) FROM read_parquet('{source}/credits.parquet')").fetchall()
for path in Path(ledger).glob("*.parquet"):
    link.execute(f"COPY (SELECT * FROM read_parquet('{path}')) TO '{out}/{path.name}' (FORMAT parquet, COMPRESSION snappy)")
