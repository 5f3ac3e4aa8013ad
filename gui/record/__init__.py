"""The Record step: prompts for the participant, their markers, and the recorder that keeps everything."""
