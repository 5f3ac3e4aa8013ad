"""Learning while a recording grows: a ridge that never looks back, and what it may say of itself."""
