"""Squaredeal 公道: the sales management policy, running."""
