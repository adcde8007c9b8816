"""Public data sets as the engine's input tables."""
