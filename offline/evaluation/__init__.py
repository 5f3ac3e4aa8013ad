"""The score card: measures that cannot be fooled together, chance distributions, oracles and the leak probe."""
