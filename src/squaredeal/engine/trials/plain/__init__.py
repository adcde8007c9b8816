"""A plan read in plain Python for one payee: a second, small reading beside the compiled one, fast for one more fact.

It tells what it cannot know (rankings, pools, …) instead of guessing, and tests hold it equal to whole runs to the fen.
"""
