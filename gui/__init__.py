"""The window: a live session seen and steered through LSL streams and the control channel alone."""
