"""A recording sent over LSL as an amplifier would send it."""
