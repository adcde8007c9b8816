"""How fast commission is computed: the benchmark job by our plan, by hand-written SQL, by pandas and by a plain Python loop, in one run.

    python bench/engine.py [--sizes 1e5,1e6] [--versions plan,hand,pandas,python,floor] [--limit 1GB] [--engine duckdb|spark] [--folder DIR]

The job: split credit, three levels of managers as of the date, marginal tiers on the month's cash × margin × discount × age factors,
a whole-amount tier by attainment, a cap a month, 20 % kept back; about 5.4 lines a receipt. Every version is a process of its own;
reported are its wall time, CPU time (user + system, start of Python included) and peak memory, lines a second of CPU, and the growth
exponent between sizes; and every version's ledger is compared with the plan's, line by line, to the fen. pandas is not among the
project's packages: `pip install pandas` beside them, or leave it out with --versions.
"""
import argparse
import importlib.util
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent / "commission"
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "src")]

FEN = {"python": "CAST(round(CAST({c} AS DECIMAL(18, 2)) * 100) AS BIGINT)"}


def command(version, source, out, limit, engine):
    if version == "plan":
        return [sys.executable, "-m", "squaredeal.engine", "commission", "run", str(HERE / "plan.yaml"), "--facts", str(source), "--out", str(out),
                "--json", "--no-csv", *(["--memory", limit] if limit else []), *(["--engine", engine] if engine != "duckdb" else [])]
    if version == "floor":
        return [sys.executable, str(HERE / "floor.py"), str(source), str(out.parent / "plan"), str(out)]
    return [sys.executable, str(HERE / f"by_{version}.py"), str(source), str(out), *([limit] if limit and version == "hand" else [])]


def measured(arguments):
    """(wall s, CPU s, peak MB) of a process and those it starts, or None when it failed."""
    began = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))}
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, text=True)
    errors = process.stderr.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        print(errors[-600:], file=sys.stderr)
        return None
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / (1 if sys.platform == "darwin" else 1024)


def ledger(version, folder):
    """SELECT component, payee, fact, earned, reserved in fen of what a version wrote."""
    if version in {"plan", "floor"}:  # narrow lines, made whole
        from squaredeal.engine import load_plan
        from squaredeal.engine.ledger.output import whole_lines
        cells = ", ".join(f"CAST({c} * 100 AS BIGINT) AS {c}" for c in ("base", "earned", "reserved"))
        return f"SELECT component, payee, fact, {cells} FROM ({whole_lines(folder.parent / 'plan', load_plan((HERE / 'plan.yaml').read_text(encoding='utf-8')), ordered=False)})"
    path = next(p for p in (folder / "lines.parquet", folder / "lines.csv") if p.exists())
    cells = ", ".join(f"{FEN.get(version, '{c}').format(c=c)} AS {c}" for c in ("base", "earned", "reserved"))
    return f"SELECT component, payee, fact, {cells} FROM '{path}'"


def compared(link, a, b):
    """(lines of a, lines that differ or that only one has) of two ledgers."""
    return link.execute(f"SELECT count(*) FILTER (WHERE a.fact IS NOT NULL), count(*) FILTER (WHERE a.fact IS NULL OR b.fact IS NULL OR a.base <> b.base "
                        f"OR a.earned <> b.earned OR a.reserved <> b.reserved) FROM ({a}) AS a FULL JOIN ({b}) AS b USING (component, payee, fact)").fetchone()


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", default="1e5,1e6")
    asked.add_argument("--versions", default="plan,hand,pandas,python,floor")
    asked.add_argument("--limit", help="memory limit of DuckDB, such as 1GB; without it the plan has the command's own, the SQL by hand 4GB")
    asked.add_argument("--engine", default="duckdb")
    asked.add_argument("--folder", type=Path, help="keep inputs and ledgers here")
    asked.add_argument("--repeat", type=int, default=1, help="the best of so many")
    told = asked.parse_args()
    folder = told.folder or Path(tempfile.mkdtemp(prefix="squaredeal-bench-"))
    try:
        run(told, folder)
    finally:
        if told.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def run(told, folder):
    versions = [v for v in told.versions.split(",") if v != "pandas" or importlib.util.find_spec("pandas")]
    if "pandas" in told.versions.split(",") and "pandas" not in versions:
        print("pandas is not installed: left out")
    before = {}
    print(f"{'receipts':>9} {'version':8} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'lines/CPU s':>12} {'× plan':>7} {'exponent':>8}  ledger")
    for size in (int(float(s)) for s in told.sizes.split(",")):
        source = folder / f"{size}"
        if not (source / "quotas.parquet").exists():
            subprocess.run([sys.executable, str(HERE / "generate.py"), str(source), str(size)], check=True, stdout=subprocess.DEVNULL)
        if "python" in versions and not (source / "csv" / "quotas.csv").exists():
            (source / "csv").mkdir(exist_ok=True)
            for name in ("facts", "credits", "people", "quotas"):
                duckdb.execute(f"COPY (FROM '{source / name}.parquet') TO '{source / 'csv' / name}.csv' (HEADER)")
        one(told, folder, source, size, versions, before)


def one(told, folder, source, size, versions, before):
    """Every version at one size."""
    link, plan = duckdb.connect(config={"threads": 2}), None
    for version in versions:
        out = folder / f"{size}-out" / version
        arguments = command(version, source / "csv" if version == "python" else source, out, told.limit, told.engine)
        tries = [m for m in (measured(arguments) for _ in range(told.repeat)) if m]
        if not tries:
            print(f"{size:>9} {version:8} failed", flush=True)
            continue
        wall, cpu, memory = min(tries, key=lambda m: m[1])
        plan = cpu if version == "plan" else plan
        mine = link.execute(f"SELECT count(*) FROM ({ledger(version, out)})").fetchone()[0]
        last = before.get(version)
        exponent = f"{math.log(cpu / last[1]) / math.log(size / last[0]):.2f}" if last else ""
        before[version] = (size, cpu)
        says = ""
        if version not in {"plan", "floor"} and plan:
            _count, wrong = compared(link, ledger(version, out), ledger("plan", folder / f"{size}-out" / "plan"))
            says = "equal to the plan's, to the fen" if not wrong else f"{wrong} lines differ ({100 * wrong / mine:.2f} %)"
        print(f"{size:>9} {version:8} {wall:8.2f} {cpu:8.2f} {memory:8.0f} {mine / cpu:12,.0f} {f'{cpu / plan:.2f}' if plan else '':>7} {exponent:>8}  {mine:,} lines {says}",
              flush=True)


if __name__ == "__main__":
    main()
