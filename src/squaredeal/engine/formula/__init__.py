"""What a plan may compute: text to typed nodes, the kind and the worth of each, its SQL and its words."""
