"""Text that others wrote (names of streams, channels, files), made harmless for where it is shown."""

from __future__ import annotations

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
