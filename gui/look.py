"""How large and how bright the window is: kept with its settings, used from its start on.

Qt takes one scale for all of a process before its first window, and the panels take their colours when they are
loaded: another size or look is another window, which finds a session that runs again.
"""

from __future__ import annotations

import os

from PyQt6.QtCore import QRect, QSettings

from gui.theme_names import DARK, LIGHT, LOOK

SIZES = (80, 90, 100, 110, 125, 150, 175, 200)
"""Per cent of the usual size."""
USUAL = 100
SIZE_KEY, LOOK_KEY = "text_size", "look"
SCALE = "QT_SCALE_FACTOR"
_OURS = "BK_TEXT_SIZE"
"""Set beside Qt's own variable, which somebody may have set for all programs: that one stays as it is."""


def size(settings: QSettings) -> int:
    """Text size that is kept, in per cent; one that is none of ``SIZES`` is the usual."""
    kept = str(settings.value(SIZE_KEY, USUAL))
    return int(kept) if kept in map(str, SIZES) else USUAL


def step(settings: QSettings, steps: int, least: tuple[int, int], screen: QRect) -> int:
    """Keep the size that is so many steps larger (0: the usual one), where the window still fits on the screen.

    Parameters
    ----------
    settings : where it is kept.
    steps : larger by so many, smaller where negative.
    least : width and height of the smallest window, in pixels at 100 %.
    screen : its room in pixels as the window counts them now.

    Returns
    -------
    What is kept now, in per cent.
    """
    now, used = size(settings), in_use()
    width, height = screen.width() * used, screen.height() * used
    fits = [p for p in SIZES if width >= p * least[0] and height >= p * least[1]]
    wanted = USUAL if steps == 0 else SIZES[min(max(SIZES.index(now) + steps, 0), len(SIZES) - 1)]
    new = min(wanted, max(fits, default=SIZES[0]))
    settings.setValue(SIZE_KEY, new)
    return new


def in_use() -> int:
    """Per cent at which this process draws."""
    return int(os.environ.get(_OURS, USUAL))


def other_look(settings: QSettings) -> str:
    """Keep the look that is not the kept one; its name."""
    new = DARK if settings.value(LOOK_KEY, DARK) == LIGHT else LIGHT
    settings.setValue(LOOK_KEY, new)
    return new


def settle(settings: QSettings) -> None:
    """Use what is kept: before the application is made and any panel is loaded."""
    if settings.value(LOOK_KEY) in (DARK, LIGHT):
        os.environ[LOOK] = str(settings.value(LOOK_KEY))
    kept = size(settings)
    if kept != USUAL and SCALE not in os.environ:
        os.environ[SCALE], os.environ[_OURS] = f"{kept / 100:g}", str(kept)


def environment() -> dict[str, str]:
    """For another window: this one's, without what :func:`settle` has put there."""
    ours = {LOOK, _OURS} | ({SCALE} if _OURS in os.environ else set())
    return {key: value for key, value in os.environ.items() if key not in ours}
