"""The demo company 华辰工业: seeded, deterministic for a day, believable, and nobody's real data.

`load(scale, progress)` fills an empty database; `--scale 40` is about 100,000 customers and 1,000,000 follow-ups.
"""
from .load import load
from .people import LOGINS

__all__ = ["LOGINS", "load"]
