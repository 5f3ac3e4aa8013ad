"""Vocoders: log-mel frames in, audio samples out, with declared latency."""
