"""The stages of a run, one relational query each: credits → measures → rates → earnings → difference."""
