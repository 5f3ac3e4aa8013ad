"""Recordings as training and evaluation see them: aligned, split with guards, cut, with their provenance."""
