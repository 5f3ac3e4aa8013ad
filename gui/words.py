"""The window's words in its user's language: Qt's translation files, read as they are.

Every text that somebody reads goes through :func:`tr`, or stands in a table through :func:`later` and goes through
:func:`tr` when it is shown. Texts with something in them are templates with named fields, filled in after the
translation: ``tr("{n} channels are out").format(n=3)``. What is written into recordings, logs and events stays English:
those are records that others read, and programs.
"""

from __future__ import annotations

import logging
from pathlib import Path
from xml.etree import ElementTree

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from gui.language_names import ENGLISH

CONTEXT = "BrainKaraoke"
"""All texts share one: the same words mean the same thing everywhere in the window."""
FOLDER = Path(__file__).with_name("translations")
log = logging.getLogger(__name__)


def tr(text: str) -> str:
    """Text in the language that is in use; where nobody has translated it, as it stands."""
    return QCoreApplication.translate(CONTEXT, text)


def later(text: str) -> str:
    """The text itself: a mark on what stands in a table and is translated when it is shown."""
    return text


class Translator(QTranslator):
    """One of our .ts files, without the compiled twin that Qt's own reader asks for.

    Parameters
    ----------
    texts : English text -> translation.
    """

    def __init__(self, texts: dict[str, str]) -> None:
        super().__init__()
        self.texts = texts

    def isEmpty(self) -> bool:
        return not self.texts

    def translate(
        self, context: str | None, sourceText: str | None, disambiguation: str | None = None, n: int = -1
    ) -> str:
        found = self.texts.get(sourceText or "") if context == CONTEXT else None
        return found  # type: ignore[return-value]  # None, not "": Qt then asks the next translator


def read(path: Path) -> dict[str, str]:
    """Finished translations of a .ts file, by their English text.

    Raises
    ------
    OSError, ElementTree.ParseError
        It is not there, or no XML.
    """
    messages = ElementTree.parse(path).getroot().iterfind("context/message")
    pairs = ((one.findtext("source"), one.find("translation")) for one in messages)
    return {
        source: translation.text
        for source, translation in pairs
        if source and translation is not None and translation.text and translation.get("type") is None
    }


def file_of(language: str) -> Path:
    """Where the translations into a language lie."""
    return FOLDER / f"bk_{language}.ts"


def install(app: QCoreApplication, language: str) -> list[QTranslator]:
    """Use a language in an application, for our words and for Qt's own, as on the buttons of its file dialog.

    Returns
    -------
    What was installed: Qt does not keep them alive.
    """
    if language == ENGLISH:
        return []
    qt = QTranslator()
    qt.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    try:
        ours = Translator(read(file_of(language)))
    except (OSError, ElementTree.ParseError) as error:  # a window in English is better than none
        log.warning("%s: cannot be read (%s); the window is in English", file_of(language), error)
        return []
    used = [qt, ours]
    for one in used:
        app.installTranslator(one)
    return used
