"""The learnt vocoder: a network cleans the mel in front of phase reconstruction. Its weights ship."""
