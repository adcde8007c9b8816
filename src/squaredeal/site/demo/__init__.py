"""The demo company 华辰工业: seeded, deterministic for a day, believable, and nobody's real data.

`load.load(scale, progress)` fills an empty database; `--scale 40` is about 100,000 customers and 1,000,000 follow-ups. Nothing is imported
here: the server only asks who the people are, and what makes the names takes a second to import.
"""
