"""Filters of the rulebook's pages."""
