"""Whether this amplifier, this machine and this sound card together are fit for a session: checks, click loop, paper."""
