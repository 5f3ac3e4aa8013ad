"""The steps from an unopened laptop to a heard voice, and the window around them."""
