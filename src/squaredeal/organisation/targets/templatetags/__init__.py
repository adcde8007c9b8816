"""Filters of the targets page."""
