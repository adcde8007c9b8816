"""授权 Who may sign what: one approval chain for all subjects."""
