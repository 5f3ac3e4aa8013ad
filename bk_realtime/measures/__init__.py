"""Measures of a decoded spectrum against the recorded one, without any recording or evaluation around them."""
