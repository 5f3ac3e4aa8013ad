"""The simulated participant: speech in, an sEEG recording of someone who says it out."""
