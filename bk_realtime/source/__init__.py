"""Where samples come from: LSL inlet, recording, replay."""
