"""What is heard instead of the voice, or of it later: conditions, their markers, their sounds, a second voice."""
