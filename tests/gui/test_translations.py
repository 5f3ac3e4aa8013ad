"""The window's words: each in every language, finished, with its fields; the engine's sentences known, never lost."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QCoreApplication, QLocale, QSettings

from gui import languages, words
from gui.language_names import ENGLISH, LANGUAGE, LANGUAGES
from gui.panels.banner import Banner
from gui.said import translated
from gui.sentences import SENTENCES
from gui.step_names import STEPS
from gui.steps.bar import NAMES, StepBar
from gui.words import later, tr
from tests.gui import test_everyone, test_steps
from tests.gui.test_steps import SIZES, open_shell  # noqa: F401
from tests.translations import GUI, MARKS, ROOT, sources, written

pytestmark = pytest.mark.gui
OTHERS = [code for code in LANGUAGES if code != ENGLISH]
KEY = re.compile(r"  ([A-Z])$|\(([A-Z]|F[0-9]+)\)$")
"""A key of one letter, at the end of a button's text or of its tooltip."""
FIELD = re.compile(r"\{[^}]*\}")


@pytest.fixture
def speak(qapp) -> Iterator[Callable[[str], None]]:
    """Use a language in this process until the test is over."""
    used = []

    def install(language: str) -> None:
        used.extend(words.install(qapp, language))

    yield install
    for one in used:
        qapp.removeTranslator(one)


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_with_its_fields_and_no_other_is_there(language: str) -> None:
    texts, known = sources(), words.read(words.file_of(language))
    written_anew = written(language, texts, known)
    assert "unfinished" not in written_anew, "run python -m tests.translations, and translate what is new"
    assert words.file_of(language).read_text(encoding="utf-8") == written_anew, "run python -m tests.translations"
    for text, translation in known.items():
        assert sorted(FIELD.findall(text)) == sorted(FIELD.findall(translation)), f"{language}: {text!r}"
        assert text[:1].isspace() == translation[:1].isspace(), f"{language}: {text!r}"
        assert text[-1:].isspace() == translation[-1:].isspace(), f"{language}: {text!r}"
        assert text.count("&") == translation.count("&"), f"{language}: {text!r} has another mnemonic"
        assert KEY.findall(text) == KEY.findall(translation), f"{language}: {text!r} names another key"
        assert ("PANIC" in text) <= ("PANIC" in translation), f"{language}: {text!r}"


def test_texts_are_plain_words_when_they_are_translated() -> None:
    """A text put together before it is translated is never found; one of a module is translated before Qt is there."""
    for path in GUI.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {id(n) for f in ast.walk(tree) if isinstance(f, (ast.FunctionDef, ast.Lambda)) for n in ast.walk(f)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in MARKS:
                continue
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            assert not any(isinstance(one, ast.JoinedStr) for one in ast.walk(node.args[0])), where
            if node.func.id == "tr":
                assert id(node) in inside, f"{where}: later() here, tr() where it is shown"


def _said(folder: Path) -> set[str]:
    """What stands between the fields of every text of the source; of `a if b else c` both."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_sentences_are_those_that_the_engine_says() -> None:
    """All words between two fields of a template come from texts of the source, one after the other."""
    said = _said(ROOT / "bk_realtime") | _said(GUI / "train") | _said(ROOT / "offline" / "inspection")
    # letters alone would make up anything
    pieces = sorted(
        (one for one in said if len(one) >= 3 or one == "s" or not re.search("[a-z]", one)), key=len, reverse=True
    )
    whole = re.compile("(?:; )?(?:" + "|".join(re.escape(one) for one in pieces if 0 < len(one) < 400) + ")+")
    unknown = [
        sentence
        for sentence in SENTENCES
        if not all(
            part in said or whole.fullmatch(part) or whole.fullmatch(f"; {part}")
            for part in FIELD.split(sentence)
            if part
        )
    ]
    assert not unknown


@pytest.mark.parametrize("language", OTHERS)
def test_banner_speaks_the_language_and_then_english_again(speak, qtbot, language: str) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_state("muted")
    assert (banner.words, banner.detail) == ("MUTED", "decoding goes on, nothing is heard")
    speak(language)
    other = Banner()
    qtbot.addWidget(other)
    other.show_state("muted")
    assert other.words == {"nl": "GEDEMPT", "de": "STUMM"}[language]
    assert other.detail not in ("", banner.detail)
    other.show_state("never heard of")
    assert other.words == "NEVER HEARD OF"


def test_without_a_translation_the_text_stays(speak) -> None:
    speak("de")
    assert tr("nobody has ever written this") == later("nobody has ever written this")
    assert QCoreApplication.translate("QDialogButtonBox", "never heard of") == "never heard of"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"  # Qt's own words too


def test_sentences_of_the_engine_are_translated_and_others_are_shown_as_they_are(speak) -> None:
    said = "decoding stalled: nothing for 1.5 s; silent until it goes on"
    assert translated(said) == said
    speak("nl")
    assert translated(said) == "het decoderen stokt: al 1.5 s niets; stil tot het verdergaat"
    assert (
        translated("the disk is full in 45 minutes: free some room") == "de schijf is vol over 45 minuten: maak ruimte"
    )
    assert translated("something new; baseline ends") == "something new; basislijn is klaar"
    hostile = "stream {0.__class__} %s: no sample for 3.0 s"
    assert translated(hostile) == "stream {0.__class__} %s: al 3.0 s geen sample"
    assert translated("x" * 100_000) == "x" * 100_000
    # a stranger's name that matches nearly: with all of it looked at, tens of seconds for one of these
    for nearly in (" (x" * 1330, "About  more minutes would help: x" * 120, ": x channels at " * 250):
        assert translated(nearly) == nearly


def test_language_is_asked_for_or_kept_or_the_systems(settings: QSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LANGUAGE, raising=False)
    for system, expected in (("de-AT", "de"), ("nl_BE", "nl"), ("en-GB", "en"), ("tlh", "en"), ("", "en")):
        monkeypatch.setattr(QLocale, "uiLanguages", lambda _, system=system: [system] if system else [])
        assert languages.in_use(settings) == expected
    monkeypatch.setattr(QLocale, "uiLanguages", lambda _: ["de-DE"])
    settings.setValue(languages.KEY, "klingon")
    assert languages.in_use(settings) == "de"
    languages.keep(settings, "nl")
    assert languages.in_use(settings) == "nl"
    monkeypatch.setenv(LANGUAGE, "en")
    assert languages.in_use(settings) == "en"
    languages.keep(settings, "de")  # chosen in the window: what it was started with counts no more
    assert languages.in_use(settings) == "de"
    assert LANGUAGE not in os.environ


def test_steps_are_chosen_by_their_names_and_shown_in_the_language(speak, qtbot) -> None:
    assert NAMES == STEPS
    speak("de")
    bar, chosen, asked = StepBar(STEPS), [], []
    qtbot.addWidget(bar)
    bar.chosen.connect(chosen.append)
    bar.language_chosen.connect(asked.append)
    assert next(button.text() for button in bar.buttons.values()) == "Prüfen"
    bar.buttons["Check"].click()
    assert chosen == ["Check"]
    bar.show_language("de")
    assert (bar.language.currentData(), asked) == ("de", [])
    bar.language.activated.emit(bar.language.findData("nl"))
    assert asked == ["nl"]


@pytest.mark.lsl
@pytest.mark.parametrize("size", [SIZES[1], SIZES[-1]])
@pytest.mark.parametrize("language", OTHERS)
def test_longer_words_are_not_clipped_and_panic_stays_in_sight(
    speak,
    qtbot,
    open_shell,  # noqa: F811
    tmp_path: Path,
    language: str,
    size: tuple[int, int],
) -> None:
    speak(language)
    test_steps.test_panic_is_in_sight_on_every_step_and_no_text_is_clipped(qtbot, open_shell, size)
    test_steps.test_panic_of_a_session_is_in_sight(qtbot, open_shell, size)
    test_everyone.test_nothing_of_a_session_is_clipped(qtbot, open_shell, tmp_path, size)
