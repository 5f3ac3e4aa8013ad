"""Known ways to look good without decoding, each played against the score card."""
