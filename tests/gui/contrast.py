"""`python -m tests.gui.contrast`: contrast of every text in every step, measured in the window itself. BK_LOOK=light.

The window is drawn twice as large, once as it is and once without its texts. What differs is text: its colour is
the one that stands out most from what lies beneath it, which is the same pixel of the second picture. One JSON line a
text; what cannot be used now has no contrast to keep (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PyQt6.QtCore import QEvent, QPoint, QRect, QSettings, QSignalBlocker
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QTableWidget,
    QWidget,
)

from bk_realtime.chunks import StreamDescription
from bk_realtime.session.status import Status
from gui import theme
from gui.participant import Participant, Profiles
from gui.steps import check
from gui.steps.json_process import JsonProcess
from gui.steps.running import Running
from gui.steps.shell import Attached, Shell

ZOOM = 2
SIZE = (1366, 1150)
DRAWN: list[tuple[QWidget, QRect, str]] = []
"""(panel, place, text) of what panels draw themselves."""
_BLANK = False


class Watched(QPainter):
    """A painter that notes what it writes, and writes nothing while all is blank."""

    def __init__(self, device: QWidget) -> None:
        super().__init__(device)
        self._panel = device

    def drawText(self, *what: object) -> None:  # type: ignore[override]
        text = next(one for one in what if isinstance(one, str))
        first = what[0]
        place = (
            QRect(*what[:4])
            if isinstance(first, int)
            else first.toAlignedRect()
            if hasattr(first, "toAlignedRect")
            else first
        )  # type: ignore[union-attr,arg-type,call-overload]
        if not _BLANK:
            if text and isinstance(place, QRect):
                DRAWN.append((self._panel, place, text))
            super().drawText(*what)  # type: ignore[call-overload]


def luminance(rgb: np.ndarray) -> np.ndarray:
    """Relative luminance of (…, 3) bytes, by WCAG."""
    part = rgb / 255.0
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def picture(window: QWidget) -> np.ndarray:
    """(height, width, 3) bytes of the window, ``ZOOM`` pixels for one."""
    image = QImage(window.size() * ZOOM, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ZOOM)
    window.render(image)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return np.frombuffer(bits, np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1].copy()


@contextlib.contextmanager
def blank(window: QWidget) -> Iterator[None]:
    """No text anywhere; nothing is laid out anew."""
    global _BLANK
    back = []
    blocked = [QSignalBlocker(one) for one in window.findChildren(QWidget)]
    for one in window.findChildren(QWidget):
        if isinstance(one, (QLabel, QAbstractButton)) and one.text():
            back.append((one.setText, one.text()))
            one.setText("")
        elif isinstance(one, QComboBox):
            back.append((one.setCurrentIndex, one.currentIndex()))
            one.setCurrentIndex(-1)
        elif isinstance(one, QLineEdit) and not isinstance(one.parent(), QAbstractSpinBox):
            back += [(one.setText, one.text()), (one.setPlaceholderText, one.placeholderText())]
            one.setText("")
            one.setPlaceholderText("")
        elif isinstance(one, QLineEdit):
            back.append((one.setText, one.text()))
            one.setText("")
        elif isinstance(one, (QListWidget, QTableWidget)):
            items = (
                [one.item(k) for k in range(one.count())]
                if isinstance(one, QListWidget)
                else [
                    *(one.item(r, c) for r in range(one.rowCount()) for c in range(one.columnCount())),
                    *(one.horizontalHeaderItem(c) for c in range(one.columnCount())),
                ]
            )
            for item in filter(None, items):
                back.append((item.setText, item.text()))
                item.setText("")
    _BLANK = True
    try:
        yield
    finally:
        _BLANK = False
        for put, value in back:
            put(value)  # type: ignore[operator]
        for one in blocked:
            one.unblock()


def texts(window: QWidget) -> list[tuple[QWidget, QRect, str]]:
    """(widget, place in the window, text) of all that can be seen and used now."""
    found = []
    for one in window.findChildren(QWidget):
        if not one.isVisible() or not one.isEnabled():
            continue
        text = ""
        if isinstance(one, (QLabel, QAbstractButton)):
            text = one.text()
        elif isinstance(one, QComboBox):
            text = one.currentText()
        elif isinstance(one, QLineEdit):
            text = one.text() or one.placeholderText()
        elif isinstance(one, (QListWidget, QTableWidget)):
            text = f"{type(one).__name__} {one.accessibleName()}"
        if text.strip():
            found.append((one, QRect(one.mapTo(window, QPoint(0, 0)), one.size()), text))
    for panel, place, text in DRAWN:
        if panel.isVisible() and panel.isEnabled():
            found.append((panel, place.translated(panel.mapTo(window, QPoint(0, 0))), text))
    return found


def measure(window: QWidget) -> list[dict]:
    """One row a text that is in sight."""
    DRAWN.clear()
    window.render(QImage(window.size(), QImage.Format.Format_RGB32))  # says what panels draw
    seen = texts(window)
    with_text = picture(window)
    with blank(window):
        without = picture(window)
    differs = (with_text != without).any(axis=2)
    front, back = luminance(with_text), luminance(without)
    contrast = (np.maximum(front, back) + 0.05) / (np.minimum(front, back) + 0.05)
    rows = []
    for widget, place, text in seen:
        part = (
            slice(max(0, place.top()) * ZOOM, max(0, place.bottom() + 1) * ZOOM),
            slice(max(0, place.left()) * ZOOM, max(0, place.right() + 1) * ZOOM),
        )
        there = differs[part]
        if there.sum() < 30:  # out of sight: scrolled away, or behind another
            continue
        if isinstance(widget, (QLabel, QAbstractButton)) and widget.visibleRegion().boundingRect() != widget.rect():
            continue  # half scrolled away: what is left of its letters may be their edges only
        strokes = contrast[part][there]
        font = widget.font()
        bold = font.weight() >= 600
        large = font.pixelSize() >= (19 if bold else 24)
        rows.append(
            {
                "text": text[:60],
                "kind": type(widget).__name__,
                "name": widget.objectName(),
                "contrast": round(float(np.percentile(strokes, 90)), 2),  # the edges are mixed with the ground
                "needed": 3.0 if large else 4.5,
            }
        )
    return rows


def main() -> None:
    """All steps without a session, then the session's own window in each of its states."""
    app = QApplication(["contrast"])
    theme.apply(app)
    for name, module in list(sys.modules.items()):
        if name.startswith("gui.") and getattr(module, "QPainter", None) is QPainter:
            module.QPainter = Watched  # type: ignore[attr-defined]

    class Nothing:
        seen, refused, complete = (), (), True

        def stop(self) -> None: ...

        def join(self, timeout: float) -> bool:
            return True

    check.Survey = Nothing  # type: ignore[misc,assignment]
    JsonProcess.start = lambda *words: None  # type: ignore[method-assign,assignment]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)

        def shell(attached: Attached | None) -> Shell:
            made = Shell(settings, Participant("p01"), Profiles(folder / "profiles"), Running(folder), attached)
            made.resize(*SIZE)
            made.show()
            return made

        def told(step: str, state: str, window: QWidget) -> None:
            for _ in range(8):
                app.processEvents()
            for row in measure(window):
                print(json.dumps({"step": step, "state": state, **row}), flush=True)

        alone = shell(None)
        page = alone.pages["Check"]
        for k, item in enumerate(("sound", "decoder", "stream", "recording")):
            channels = {"channels": [["A1", "used", True], ["A2", "bad", False]]} if item == "stream" else {}
            page.preflight.said.emit({"item": item, "good": k != 1, "text": f"{item} in words", **channels})
        for step in alone.pages:
            alone.go(step)
            alone.say("what was said last")
            told(step, "no session", alone)
        alone.leave()
        live = shell(Attached("nobody", None))
        window = live.speak.session_window
        assert window is not None
        for widget in window.controls.findChildren(QWidget):
            widget.setEnabled(True)  # as with a control file
        window._turns.stop()
        labels = tuple(f"{shaft}{k}" for shaft in "ABCD" for k in (1, 2))
        window.trace_card.open(StreamDescription("amp", "sEEG", "a", 512.0, labels, ("microvolts",) * 8), "sEEG")
        status = Status(state="running", simulated=True, age_ms=41.0, condition="A", conditions=("A", "B"), gaps=2)
        for state in ("running", "muted", "held", "stale", "stopped"):
            window.arrivals._take_status(
                [json.dumps(dataclasses.replace(status, state=state, muted=state == "muted").as_dict())]
            )
            window.controls.show_result("marker", state != "held", "what became of it")
            window.log.add(0.0, json.dumps({"event": "gap", "text": "gap of 12 ms bridged", "time": 0.0}))
            window.show_state()
            told("Speak", state, live)
        live.leave()
        for one in (alone, live):
            one.join(20)
            one.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


if __name__ == "__main__":
    main()
