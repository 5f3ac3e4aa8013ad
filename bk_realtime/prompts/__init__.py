"""Prompts: word lists, their order, the trial machine, its markers, what counts as recorded. No window, no sound."""
