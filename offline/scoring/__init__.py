"""Measures of decoded mel and sound, their chance and intervals, and how figures look."""
