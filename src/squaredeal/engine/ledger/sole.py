"""One run at a time in a folder of results: a second would take away the files that the first has just written beside its lines."""
import os
from contextlib import contextmanager
from pathlib import Path

from ..problems import PlanProblems, problem


@contextmanager
def sole(folder):
    """While it lasts, no other run can have the folder; PlanProblems when another has it. A folder made for this and left empty is removed."""
    folder = Path(folder)
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    held = _locked(folder)
    try:
        yield
    finally:
        if made and not any(folder.iterdir()):
            folder.rmdir()
        if held is not None:
            os.close(held)


def _locked(folder):
    """A descriptor whose lock goes with the process, however it ends; None where the system has no such locks."""
    try:
        import fcntl
    except ImportError:
        return None
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise PlanProblems([problem(str(folder), "另一次核算正在往这个文件夹写", "another run is writing into this folder", "等它算完，或换一个 --out",
                                    "wait until it is done, or give another --out")]) from None
    except OSError:  # a file system without locks
        os.close(held)
        return None
    return held
