"""The Report step: what was saved of this participant, whether it is whole, and how good it was."""
