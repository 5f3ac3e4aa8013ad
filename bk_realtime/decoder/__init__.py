"""Decoders: feature frames in, log-mel frames out, and the bundle that carries them."""
