"""Progress of what takes long, on the terminal of a command; nothing where there is none."""

from __future__ import annotations

import sys
from types import TracebackType

from tqdm import tqdm

DELAY_S = 2.0
"""What takes less than this shows nothing."""
_shown = False


def show() -> None:
    """Let this process show progress on standard error where that is a terminal. Commands call it; processes of a
    live session and libraries stay silent."""
    global _shown
    _shown = True


class task:
    """A bar while ``with task(text, total, unit) as t`` runs and ``t.advance(n)`` counts."""

    def __init__(self, text: str, total: float, unit: str = "") -> None:
        silent = not (_shown and sys.stderr is not None and sys.stderr.isatty())
        self._bar = tqdm(
            total=total,
            desc=text,
            unit=unit,
            unit_scale=True,
            delay=DELAY_S,
            leave=False,
            disable=silent,
            file=sys.stderr,
        )

    def __enter__(self) -> task:
        return self

    def advance(self, n: float) -> None:
        """So much more is done."""
        self._bar.update(n)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._bar.close()
