"""What engine, window, recorder and report share about one session, each written once."""
