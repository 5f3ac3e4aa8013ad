"""Readers of recordings to one shape."""
