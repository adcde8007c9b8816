"""The benchmark job as SQL written by hand: by_hand.py IN OUT [MEMORY]."""
import os
import sys
from pathlib import Path

import duckdb

source, out, memory = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "4GB"
Path(out).mkdir(parents=True, exist_ok=True)
link = duckdb.connect(config={"threads": 2, "memory_limit": memory, "preserve_insertion_order": "false", "temp_directory": os.path.join(out, "spill")})
text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").replace("$in", source).replace("$out", out)
for statement in text.split(";\n"):
    if statement.strip():
        link.execute(statement)
