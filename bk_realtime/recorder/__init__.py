"""LSL streams into a crash-safe XDF file, in a process of its own."""
