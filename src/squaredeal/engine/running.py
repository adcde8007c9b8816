"""A run: plan and tables in, ledger lines and statements out. Recompute everything, return only the difference to what is posted."""
from pathlib import Path

from .backends import MEMORY
from .doing import part
from .plan.check import check
from .plan.exchanging import converted
from .problems import PlanProblems, problem
from .tables.faults import absent


def run(plan, tables, *, period=None, as_of=None, keep_stages=None, progress=None, cancel=None, memory=MEMORY, threads=2, engine="duckdb", out=None):
    """Compute `plan` over `tables`; without `period` every period is computed as if nothing were closed.

    With `period`, lines of that period are returned and, for earlier ones, only what differs from `posted`. `as_of` leaves out facts
    after a day. `keep_stages`, a dict, is given each stage's Arrow table by name, or a folder each as a Parquet file; `progress(stage)`
    is told of each. `engine` is duckdb or spark. With `out`, a folder, the lines are written there as they are computed, and read back only where they are asked for.
    PlanProblems when plan or tables are wrong (all findings at once). `cancel()` returning true raises InterruptedError.
    """
    from .backends import Overflow
    from .formula.sql import COARSE
    from .ledger.versions import own
    tables = converted(plan, own(tables.declaring(plan), plan))
    errors = [*(p for p in check(plan, tables, rows_too=False) if p.severity == "error"), *absent(plan, tables)]
    if errors:
        raise PlanProblems(errors)
    if isinstance(keep_stages, (str, Path)):
        keep_stages = Path(keep_stages).resolve()
        keep_stages.mkdir(parents=True, exist_ok=True)
    try:
        return _once(plan, tables, period, as_of, keep_stages, progress, cancel, memory, threads, engine, out, small=True)
    except Overflow:
        pass
    try:
        return _once(plan, tables, period, as_of, keep_stages, progress, cancel, memory, threads, engine, out, small=False)
    except Overflow:
        pass
    stage, before = ["facts"], COARSE.set(True)
    try:
        return _once(plan, tables, period, as_of, keep_stages, progress, cancel, memory, threads, engine, out, small=False, stage=stage)
    except Overflow:
        raise PlanProblems([problem(".".join(part(plan, *stage) or stage), "数太大，超出 38 位", "a number exceeds 38 digits", "看看金额和比例的单位；一再相除、相乘的先取整，如 round(达成率(指标), 6)",
                                    "check the units; round what is divided and multiplied again and again: round(attainment(MEASURE), 6)")]) from None
    finally:
        COARSE.reset(before)


def _once(plan, tables, period, as_of, kept, progress, cancel, memory, threads, engine, out, *, small, stage=None):
    """One run with the columns of stages in 64 bits (`small`) or in 128; `stage` is told where it is."""
    from .backends import opened
    from .ledger.execution import Execution, wanted
    backend = opened(engine, tables, memory, threads, small=small, writing=Path(out) if out else None, also=kept if isinstance(kept, Path) else None,
                     cancel=cancel, columns=wanted(plan, tables, period, kept, cancel, small))

    def told(name):
        if stage:
            stage[0] = name
        if progress:
            progress(name)
    try:
        with backend.guarded():
            errors = [p for p in tables.check(plan, backend.checking, apart=True) if p.severity == "error"]
        if errors:
            raise PlanProblems(errors)
        return Execution(backend, plan, tables, period, as_of, kept, told, cancel, small, out and Path(out)).result()
    finally:
        backend.close()
