"""Training the learnt vocoder and comparing every vocoder on the same clips."""
