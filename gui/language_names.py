"""The languages of the window, each by its code and in its own words, and the variable that names a process's own."""

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "nl": "Nederlands", "de": "Deutsch"}
LANGUAGE = "BK_LANGUAGE"
"""Of a process and the windows that it opens: asked for by ``--language``."""
