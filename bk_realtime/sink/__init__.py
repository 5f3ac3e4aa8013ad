"""Where results go: sound card, WAV file, LSL outlets."""
