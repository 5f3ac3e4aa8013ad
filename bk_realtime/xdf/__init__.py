"""XDF 1.0 files: reading, crash-safe writing, salvage."""
