"""`python -m tests.translations`: write gui/translations/*.ts anew from the source; what is translated is kept.

A text that is new stands in them as unfinished, one that is gone is left out. `--unfinished` lists what is to be done.
"""

from __future__ import annotations

import argparse
import ast
from pathlib import Path
from xml.sax.saxutils import escape

from gui.language_names import ENGLISH, LANGUAGES
from gui.words import CONTEXT, file_of, read

ROOT = Path(__file__).resolve().parents[1]
GUI = ROOT / "gui"
MARKS = ("tr", "later")
COUNTRIES = {"nl": "nl_NL", "de": "de_DE"}


def sources() -> dict[str, str]:
    """Every text of the window -> the file in which it comes first; in the order of files and lines."""
    found: dict[str, str] = {}
    for path in sorted(GUI.rglob("*.py")):
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS and node.args
        ]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            first = call.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.setdefault(first.value, path.relative_to(GUI).as_posix())
    return found


def written(language: str, texts: dict[str, str], known: dict[str, str]) -> str:
    """The file of a language: (text -> where it stands) with the translations that are known."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        "<!DOCTYPE TS>",
        f'<TS version="2.1" language="{COUNTRIES[language]}" sourcelanguage="en">',
        "<context>",
        f"    <name>{CONTEXT}</name>",
    ]
    for text, where in texts.items():
        done = known.get(text)
        translation = '<translation type="unfinished"></translation>'
        if done:
            translation = f"<translation>{escape(done)}</translation>"
        lines += [
            "    <message>",
            f'        <location filename="../{where}"/>',
            f"        <source>{escape(text)}</source>",
            f"        {translation}",
            "    </message>",
        ]
    return "\n".join([*lines, "</context>", "</TS>", ""])


def main() -> None:
    """Write the files, or list what is to be done."""
    parser = argparse.ArgumentParser(prog="python -m tests.translations", description=__doc__)
    parser.add_argument("--unfinished", action="store_true", help="only list the texts that are not translated")
    only_list = parser.parse_args().unfinished
    texts = sources()
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        path = file_of(language)
        known = read(path) if path.exists() else {}
        missing = [text for text in texts if text not in known]
        print(f"{path.name}: {len(texts)} texts, {len(missing)} unfinished")
        if only_list:
            print(*(f"  {text!r}" for text in missing), sep="\n")
        else:
            path.write_text(written(language, texts, known), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
