"""Where stages are computed: DuckDB in this process, or Spark. Both understand the same few requests."""


MEMORY = "1GB"
"""What the database may take unless another limit is given; Python and its libraries come on top, so that ten million facts stay below 2 GB."""


class Overflow(Exception):
    """A number did not fit its column."""


def opened(engine, tables, memory, threads, *, small, writing=None, also=None, cancel=None, columns=None):
    """A backend holding the typed tables, of the facts the `columns` asked for or all; numbers in 64 bits where `small`; files may be written into the
    folders `writing` and `also` only.

    `cancel()` is asked all along; once it is true, what runs is interrupted and raises InterruptedError.
    """
    if engine == "spark":
        from .spark import Spark
        return Spark(tables, memory, threads, small=small, writing=writing, also=also, cancel=cancel, columns=columns)
    from .duck import Duck
    return Duck(tables, memory, threads, small=small, writing=writing, also=also, cancel=cancel, columns=columns)
