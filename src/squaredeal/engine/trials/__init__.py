"""Trying a plan without paying by it: two plans side by side, one rate for a budget, one more deal."""
