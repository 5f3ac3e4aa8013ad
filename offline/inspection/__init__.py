"""What is in a recording or a session and what is wrong with it."""
