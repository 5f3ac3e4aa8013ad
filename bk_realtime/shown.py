"""Text that others wrote (names of streams, channels, files), made harmless for where it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import category

LONGEST = 120
"""Letters that are shown of one name."""


def short(text: str, longest: int = LONGEST) -> str:
    """Shortened in the middle, where it is longer than ``longest`` letters."""
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]}…{text[len(text) - half :]}"


def named(text: str) -> str:
    """In quotes, shortened, with escapes for what a terminal or a log would obey.

    Examples
    --------
    >>> print(named("amp\\x1b[31m"))
    'amp\\x1b[31m'
    """
    return repr(short(text))


def shown(text: str, longest: int = LONGEST) -> str:
    """The same without quotes: one line of letters that only show themselves, for terminals, logs and tables."""
    return "".join(
        c if c.isprintable() or category(c) == "Zs" else c.encode("unicode_escape").decode("ascii")
        for c in short(text, longest)
    )


def some(words: Sequence[str], most: int) -> str:
    """The first ``most`` of them, and how many more there are.

    Examples
    --------
    >>> some(["A1", "A2", "B1"], 2)
    'A1, A2 and 1 more'
    """
    return ", ".join(words[:most]) + (f" and {len(words) - most} more" if len(words) > most else "")


def some_labels(labels: Sequence[str], most: int = 8) -> str:
    """The first of them in quotes, and how many more there are."""
    return some([repr(label) for label in labels], most)
