"""Are amplifier, machine and sound card together fit for a session? Checks, click loop, paper."""
