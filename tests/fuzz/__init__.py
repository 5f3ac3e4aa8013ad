"""Damaged and odd input for everything that is read: `python -m tests.fuzz`, docs/testing.md."""
