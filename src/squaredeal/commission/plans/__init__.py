"""三 Plan versions: the commission clauses as a checked, dated plan."""
