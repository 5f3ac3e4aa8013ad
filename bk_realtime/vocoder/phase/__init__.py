"""The default vocoder: streaming phase reconstruction, without weights."""
