"""The Train step: a decoder from a participant's recordings, and what it is worth in words."""
