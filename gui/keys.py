"""What every key does, and the list of them that F1 shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QMessageBox, QSlider, QWidget

from gui.record.controls import KEYS as RECORD_KEYS
from gui.step_names import STEPS
from gui.words import later, tr

if TYPE_CHECKING:
    from gui.window import Window

ELSEWHERE = (
    *RECORD_KEYS,
    ("Tab, Shift+Tab", later("the next control, the one before; Enter presses it, arrows change it")),
    ("Ctrl++ or Ctrl+-, Ctrl+0", later("everything larger, smaller, as usual")),
    ("Ctrl+L", later("light or dark")),
    ("Ctrl+O", later("Report: look into any recording")),
    ("P, V", later("in a recording that is looked into: play its sound, or the decoded voice; again stops")),
    (later("T, held"), later("let the voice out, where the session is held to talk")),
    (later("click on a channel's name"), later("mask it, or unmask it")),
    (later("wheel"), later("scroll channels")),
    (later("Ctrl + wheel"), later("size of the traces")),
    (later("Shift + wheel"), later("size of the trace under the mouse")),
)
"""Keys that are no shortcuts, or those of another page."""
NAMES = (
    later("Ctrl"),
    later("Shift"),
    later("Space"),
    later("Esc"),
    later("Enter"),
    later("Tab"),
    later("PgUp"),
    later("PgDown"),
    later("Home"),
    later("End"),
    later("Up"),
    later("Down"),
    later("Left"),
    later("Right"),
    later("or"),
)
"""What stands on keys, and between them."""


class PressedByEnter(QObject):
    """Enter presses the button that has the focus and opens a list: Space is the panic key. For a whole application."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if not isinstance(watched, QWidget) or not watched.isEnabled() or not watched.hasFocus():
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(watched, QAbstractButton):
                if not event.isAutoRepeat():  # a key that lies under something ends no session
                    watched.click()
                return True
            if isinstance(watched, QComboBox):
                watched.showPopup()
                return True
        # one key must not make the voice as loud as it can be
        return isinstance(watched, QSlider) and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End)


class Keys:
    """Shortcuts of a window, each with its words.

    Parameters
    ----------
    window : whose they are.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.listed: list[tuple[str, str]] = []
        """(keys, words) of each, in the order in which they were made."""
        self._list: QMessageBox | None = None
        self._shortcuts: list[QShortcut] = []

    def add(self, keys: tuple[str, ...], words: str, act: Callable[[], object], always: bool = False) -> QShortcut:
        """``act`` when one of ``keys`` goes down, once however long it is held; ``always``: wherever the focus is.

        Returns
        -------
        The shortcut of the last one.
        """
        for key in keys:
            shortcut = QShortcut(QKeySequence(key), self._window)
            if always:
                shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)
            self._shortcuts.append(shortcut)
        self.listed.append((shown_keys(" or ".join(keys)), words))
        return shortcut

    def forget(self) -> None:
        """No key does anything any more."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts.clear()

    def show_list(self) -> None:
        """All keys in a box beside the window, which goes on and can still be silenced."""
        rows = "".join(f"<tr><td><b>{k}</b>&nbsp;&nbsp;</td><td>{w}</td></tr>" for k, w in (*self.listed, *elsewhere()))
        box = QMessageBox(self._window)
        box.setWindowTitle(tr("Keys"))
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setText(f"<table>{rows}</table>")
        box.setModal(False)  # Space and Esc silence, also now
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in box.buttons():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box.show()
        self._list = box


def shown_keys(keys: str) -> str:
    """Keys as they are called on a keyboard of the language in use."""
    return re.sub(r"[A-Za-z]{2,}", lambda name: tr(name[0]) if name[0] in NAMES else name[0], keys)


def elsewhere() -> list[tuple[str, str]]:
    """What F1 lists besides a window's shortcuts: keys, words."""
    steps = tr("the steps: {steps}").format(steps=", ".join(map(tr, STEPS)))
    rows = ((shown_keys(tr(keys)), tr(words)) for keys, words in ELSEWHERE)
    return [(shown_keys(f"Ctrl+1 … Ctrl+{len(STEPS)}"), steps), *rows]


def window_keys(window: Window, whole: QWidget) -> Keys:
    """Keys of a session's window; they work in all of ``whole``, that it is a part of."""
    keys, controls, pages = Keys(whole), window.controls, window.trace_card
    keys.add(("Space", "Esc"), tr("PANIC MUTE, from anywhere"), controls.send_panic, always=True)
    keys.add(("Ctrl+M",), tr("mute or unmute, as the button says"), controls.send_mute)
    keys.add(("Ctrl+R",), tr("release what holds the sound, as the button says"), controls.send_release)
    keys.add(("Ctrl+Up",), tr("louder by 1 dB"), lambda: controls.turn_gain(1))
    keys.add(("Ctrl+Down",), tr("softer by 1 dB"), lambda: controls.turn_gain(-1))
    keys.add(("Ctrl+K",), tr("write a marker (Enter sends it)"), lambda: controls.marker.setFocus())
    keys.add(("Ctrl+N",), tr("note: sends the text, or begins one (Enter sends it)"), controls.begin_note)
    keys.add(("Ctrl+J",), tr("the last events with their whole texts"), window.log.show_texts)
    keys.add(("Ctrl+T",), tr("channels: mask one, take a baseline"), window.channels.open)
    keys.add(("F6",), tr("next condition"), lambda: window.condition.ask("next"))
    keys.add(("PgUp",), tr("channels before"), lambda: pages.turn_page(-1))
    keys.add(("PgDown",), tr("channels after"), lambda: pages.turn_page(1))
    keys.add(("Ctrl+B",), tr("traces: next montage, on the screen only"), pages.display_menu.next_montage)
    keys.add(("Ctrl+D",), tr("traces: montage and filters, on the screen only"), pages.open_display)
    traces = window.traces
    keys.add(("Ctrl+Shift+Up",), tr("choose the trace above (or click on it)"), lambda: traces.step_chosen(-1))
    keys.add(("Ctrl+Shift+Down",), tr("choose the trace below"), lambda: traces.step_chosen(1))
    keys.add(("Shift+Up",), tr("the chosen trace twice as large"), lambda: traces.scale(traces.chosen, 1))
    keys.add(("Shift+Down",), tr("the chosen trace half as large"), lambda: traces.scale(traces.chosen, -1))
    keys.add(("Shift+Home",), tr("all traces to one scale again (or double click on one)"), traces.unscale)
    back = window.look_back
    keys.add(("Ctrl+P",), tr("pause the pictures, or let them run on; the session goes on"), back.toggle)
    keys.add(("Ctrl+Left",), tr("pictures: half a window back, up to 5 minutes"), lambda: back.turn(-1))
    keys.add(("Ctrl+Right",), tr("pictures: half a window forth"), lambda: back.turn(1))
    keys.add(("Ctrl+Home",), tr("pictures: as far back as there are any"), back.oldest)
    keys.add(("Ctrl+End",), tr("pictures: back to now"), lambda: back.pause(False))
    keys.add(("Shift+Left",), tr("time cursor to the left (or point with the mouse)"), lambda: back.step(-1))
    keys.add(("Shift+Right",), tr("time cursor to the right"), lambda: back.step(1))
    keys.add(("Ctrl+H",), tr("high gamma by shaft: show it, or put it away"), pages.map.toggle)
    keys.add(("Ctrl+F",), tr("spectrum of the channels on the screen: show it, or put it away"), pages.spectrum.toggle)
    keys.add(("Ctrl+E",), tr("end the session (twice)"), controls.send_stop)
    keys.add(("F1",), tr("this list"), keys.show_list)
    return keys
