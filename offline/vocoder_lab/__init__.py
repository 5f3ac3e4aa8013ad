"""Vocoders offline: training the learnt one, comparing all of them on the same clips, making mel files audible."""
