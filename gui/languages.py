"""Which language the window is in: asked for, kept, or the system's."""

from __future__ import annotations

import os

from PyQt6.QtCore import QLocale, QSettings

from gui.language_names import ENGLISH, LANGUAGE, LANGUAGES

KEY = "language"


def in_use(settings: QSettings) -> str:
    """Code of the language: asked for, else kept, else the system's; one that the window does not speak is English."""
    kept = str(settings.value(KEY) or "")
    asked = os.environ.get(LANGUAGE, "")
    return next((one for one in (asked, kept) if one in LANGUAGES), of_system())


def of_system() -> str:
    """The language that the system is in, where the window speaks it; else English."""
    first = next(iter(QLocale.system().uiLanguages()), "")
    code = first.replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else ENGLISH


def keep(settings: QSettings, language: str) -> None:
    """Use it from the next window on, whatever was asked for before."""
    settings.setValue(KEY, language)
    os.environ.pop(LANGUAGE, None)
