"""Filters of the pages of scores and wages."""
