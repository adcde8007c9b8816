"""A workbook opened in a process of its own, `python -I opening.py < book > rows`: what a file made to harm does, it does to a process that
may take so much memory and time and no more, and never to the one that serves everybody.

A row is one line of JSON, a list of cells as text. Ends with 2 and the reason on standard error when the file cannot be opened, with 3
when it holds too much; a native reader that gives up ends it in its own way. Imports nothing of ours.
"""
import json
import sys
from datetime import date, datetime
from io import BytesIO

MEMORY, SECONDS, MOST_WRITTEN = 2 * 1024**3, 60, 128 * 1024**2
CANNOT, TOO_MUCH = 2, 3


def bounded():
    """Less of the machine than the machine has; where the system has no such limits the reader is still apart."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def said(value):
    """A cell as text: whole numbers without a point, days as 2026-11-26."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def main():
    from python_calamine import CalamineError, CalamineWorkbook
    try:
        rows = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0).to_python(skip_empty_area=False)
        written = 0
        for row in rows:
            line = json.dumps([said(value) for value in row]) + "\n"
            written += len(line)
            if written > MOST_WRITTEN:
                return TOO_MUCH
            sys.stdout.write(line)
    except CalamineError as error:
        sys.stderr.write(str(error))
        return CANNOT
    except MemoryError:
        return TOO_MUCH
    return 0


if __name__ == "__main__":
    bounded()
    sys.exit(main())
