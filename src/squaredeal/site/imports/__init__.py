"""Bringing sheets in: choose a file, say what its columns mean, see what it would do, bring it in, take it back."""
