"""Every text that the window shows goes through tr() or later(): what is bare is found here, or has a reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.translations import GUI, MARKS

pytestmark = pytest.mark.gui
SHOWS = {
    "QLabel", "QPushButton", "QCheckBox", "QListWidgetItem", "Card", "StepState", "Finding",
    "setText", "setToolTip", "setAccessibleName", "setAccessibleDescription", "setWindowTitle", "setPlaceholderText",
    "setInformativeText", "setLabelText", "addItem", "addItems", "addButton", "addAction", "addRow", "set_text",
    "setHorizontalHeaderLabels", "drawText", "say", "_say", "tell",
}  # fmt: skip
"""Calls whose texts somebody reads or hears."""
SENTENCE = re.compile(r"[A-Za-z]{2,}[,:;.]? [A-Za-z]{2,}")
WORD = re.compile(r"[A-Za-z]{2,}")
UNITS = re.compile(r"<[^>]*>|(?<![A-Za-z])(?:MB|kB|ms|Hz|kHz|dB|dBFS|div|s|nbsp)(?![A-Za-z])")
"""Marks of a text and units, which are no words."""
ELSEWHERE = {
    "app.py": "the command line, which is English as every command's",
    "desktop.py": "the command line and a file of the desktop's",
    "participant.py": "says what is wrong in a profile, a file in English words",
    "theme.py": "a style sheet",
    "commands.py": "names of threads",
    "display_chain.py": "words that labels are made of",
    "record/simulated.py": "a condition of LSL's",
    "report/picture.py": "the title of a file that others read",
    "report/opened.py": "what is wrong in files of a process of its own; the rest is translated",
    "train/plan.py": "words of a refusal that are looked for",
    "train/score_words.py": "English as the card is, matched and translated where it is shown",
    "train/choice.py": "English as the bundle says it, matched and translated where it is shown",
    "train/curve.py": "English as the learner says it, matched and translated where it is shown",
}
BARE = {
    "SIMULATED",
    "BrainKaraoke",
    "\0 – BrainKaraoke",
    "sEEG",
    "Language, Taal, Sprache",
    "TOO SHORT",
    "TOO FEW",
    "CANNOT TELL",
    "(CONTAMINATION: CANNOT TELL)",
    "cannot tell",
    "cannot be told",
    "inside speech",
    "Tab, Shift+Tab",
    "Ctrl++ or Ctrl+-, Ctrl+0",
    "silent engine",
    "signal lost",
    "no sound",
    "panic not confirmed",
    "saved in ",
    "not whole: ",
    "OWN VOICE",
    "own voice",
    "clip player",
    "report player",
    "recorder's lines",
    "display filter",
    "split of five",
    "auto",
    "none",
    "unit",
    " or ",
}
"""Names and keys, signs that every language has, and words that are looked for in what others say."""
QUIET = {"WatchedThread", "setObjectName", "setProperty", "debug", "info", "warning", "error", "exception", "add"}


def _documentation(tree: ast.Module) -> set[int]:
    return {
        id(one.value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        for one in node.body
        if isinstance(one, ast.Expr)
    }


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _plain(node: ast.AST) -> str:
    """What stands in it as it is: of an f-string what is between its fields."""
    if isinstance(node, ast.JoinedStr):
        return "\0".join(one.value if isinstance(one, ast.Constant) else "" for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def bare(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of everything that is shown as it stands."""
    tree = ast.parse(source)
    passed = _documentation(tree)
    shown: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            passed |= {id(one) for one in node.values}
        elif isinstance(node, ast.Call):
            name, inside = _called(node), {id(one) for part in node.args for one in ast.walk(part)}
            if name in MARKS or name in QUIET:
                passed |= inside
            elif name in SHOWS:
                shown |= {id(part) for part in node.args}
                for part in node.args:
                    shown |= {id(one) for one in (getattr(part, "body", None), getattr(part, "orelse", None))}
    for node in ast.walk(tree):
        text = _plain(node)
        words = UNITS.sub("", text)
        if id(node) not in passed and text not in BARE and SENTENCE.search(words):
            yield node.lineno, text
        elif id(node) in shown - passed and text not in BARE and WORD.search(words):
            yield node.lineno, text


def test_every_text_that_is_shown_is_translated() -> None:
    found = []
    for path in sorted(GUI.rglob("*.py")):
        name = path.relative_to(GUI).as_posix()
        if name not in ELSEWHERE:
            source = path.read_text(encoding="utf-8")
            found += [f"gui/{name}:{line}: {text!r}" for line, text in bare(source)]
    assert not found, "\n".join(["through tr(), or a reason here:", *found])


def test_what_is_bare_is_found() -> None:
    lines = ('QLabel("Stop")', 'x = "two words"', 'say(f"{n} left")', 'QLabel(tr("Go"))', 'setObjectName("soft")')
    assert sorted(line for line, _ in bare("\n".join((*lines, 'say("a" if b else "Now")')))) == [1, 2, 3, 6]


@pytest.mark.parametrize("name", sorted(ELSEWHERE))
def test_reasons_are_of_files_that_are_there(name: str) -> None:
    assert (GUI / name).exists()
