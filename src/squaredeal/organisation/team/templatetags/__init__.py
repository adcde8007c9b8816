"""Filters of the organisation's pages."""
