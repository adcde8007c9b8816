"""`python3 run.py test`: every test on SQLite with Chromium, then those that touch rows again on PostgreSQL.

What follows goes to pytest, in both passes. The last line counts both; the exit code is 0 only if all that ran
passed and something ran.
"""
import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from tests import browser, postgres

NAMES = ("SQLite", "PostgreSQL")
NOTHING_RAN = 5
WORKERS = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "worksteal"]


def main(words):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    reader = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    reader.add_argument("-m", dest="marked", default="")
    given, rest = reader.parse_known_args(words)
    os.environ["SQUAREDEAL_CHROMIUM"] = browser.prepare()
    with compiled_once(), postgres.running() as url:
        passes = [run(NAMES[0], given.marked, rest, database="")]
        if passes[0][0] in (0, 1, NOTHING_RAN):
            again = "not browser and not once"
            passes.append(run(NAMES[1], f"({given.marked}) and {again}" if given.marked else again, rest, database=url))
    return verdict(passes)


@contextmanager
def compiled_once():
    """Where Python is told to leave no bytecode beside the sources, the many processes of a run share one folder of it."""
    if not os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="squaredeal-bytecode-", ignore_cleanup_errors=True) as folder:
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        yield


def run(name, marked, words, *, database):
    """One pytest run: its exit code and its counts."""
    print(f"\n— {name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="squaredeal-report-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", *WORKERS, *words, *(["-m", marked] if marked else []), f"--junitxml={report}"]
        code = subprocess.run(command, env={**os.environ, "DATABASE_URL": database}).returncode
        return code, counts(report)


def counts(report):
    """How many passed, failed (errors are failures) and were skipped."""
    tally = Counter()
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            had = {key: int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped")}
            tally["failed"] += had["failures"] + had["errors"]
            tally["skipped"] += had["skipped"]
            tally["passed"] += max(0, had["tests"] - sum(list(had.values())[1:]))
    return tally


def verdict(passes):
    """Print the closing line; the exit code comes back."""
    total = sum((tally for _, tally in passes), Counter())
    bad = [code for code, _ in passes if code not in (0, NOTHING_RAN)]
    for (code, _), name in zip(passes, NAMES, strict=False):
        if code not in (0, 1, NOTHING_RAN):
            print(f"\n{name}: pytest could not do its work (exit code {code})")
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"\n{total['passed']} passed, {total['failed']} failed{skipped}", flush=True)
    if bad or total["failed"]:
        return bad[0] if bad else 1
    return 0 if total["passed"] else NOTHING_RAN


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except (browser.Missing, RuntimeError) as missing:
        sys.exit(str(missing))
