"""Features: causal operators from µV samples to one normalised high-gamma vector per mel frame."""
