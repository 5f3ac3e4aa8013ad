"""What engine, preflight and recorder say, in the window's language: fixed sentences, matched and translated.

They speak English to everybody, and it is their words that are recorded. A sentence that is not in the table, or that
nobody has translated, is shown as it was said: never lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from gui.sentences import SENTENCES
from gui.words import tr

MOST = 500
"""Letters of what is looked at. Three fields in a template try every way to cut the rest in three: a stranger's name of
thousands of letters would hold the window for ten seconds; of so many, for hundredths."""
MOST_PARTS = 8
"""So many times as long a text is looked at part by part; a longer one is shown as it was said."""
_FIELD = re.compile(r"\{(\w+)\}")


def translated(said: str) -> str:
    """A sentence, or several with semicolons between them."""
    found = _matched(said) if len(said) <= MOST else None
    if found is not None:
        template, fields = found
        return tr(template).format(**{name: translated(value) for name, value in fields})
    parts = said.split("; ") if len(said) <= MOST_PARTS * MOST else []
    return "; ".join(map(translated, parts)) if len(parts) > 1 else tr(said)


@lru_cache(1024)
def _matched(said: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The first template that it is made from, and what stands in its fields."""
    for template, pattern in _PATTERNS:
        if (match := pattern.fullmatch(said)) is not None:
            return template, tuple(match.groupdict().items())
    return None


def _compiled(templates: Iterable[str]) -> list[tuple[str, re.Pattern[str]]]:
    """Those with the most words of their own first: they say the most."""
    ordered = sorted(templates, key=lambda one: -len(_FIELD.sub("", one)))
    return [(one, re.compile(_pattern(one), re.DOTALL)) for one in ordered]


def _pattern(template: str) -> str:
    parts = _FIELD.split(template)  # words, name, words, name, …
    return "".join(re.escape(part) if k % 2 == 0 else f"(?P<{part}>.+?)" for k, part in enumerate(parts))


_PATTERNS = _compiled(SENTENCES)
