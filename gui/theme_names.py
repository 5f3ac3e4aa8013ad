"""Names of the two looks, and of the variable by which a window's process knows which one is its."""

LOOK = "BK_LOOK"
DARK, LIGHT = "dark", "light"
