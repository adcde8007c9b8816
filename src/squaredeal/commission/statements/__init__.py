"""三 Statements: one person, one period, every line with its why."""
