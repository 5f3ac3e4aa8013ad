"""A saved session or recording is read back, by processes behind all others: is it whole, and what says its report?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from bk_realtime.shown import shown
from gui.report.saved import Saved, commands_for
from gui.report.whole import Whole
from gui.said import translated
from gui.steps.json_process import JsonProcess
from gui.words import tr


class ReadBack(QObject):
    """Runs the commands that judge what was saved, one after the other; emits ``went_on()`` when one has ended.

    Attributes
    ----------
    judged : what was found of each since this began, by its path.
    said : what came of the last one, in one line; empty while all goes well.
    """

    went_on = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.process = JsonProcess(self)
        self.judged: dict[Path, Whole] = {}
        self.said = ""
        self._one: Saved | None = None
        self._queue: list[tuple[str, Sequence[str]]] = []
        self._verdict: Whole | None = None
        self._reasons: list[str] = []
        self.process.other.connect(self._hear)
        self.process.ended.connect(self._ended)

    @property
    def runs(self) -> bool:
        """Whether something is read back now."""
        return self._one is not None

    def begin(self, one: Saved) -> None:
        """Judge this one anew."""
        self._one, self._queue, self._verdict = one, commands_for(one), None
        self._reasons, self.said = [], ""
        self._next()

    def stop(self) -> None:
        """End it at once; nothing is judged then."""
        self._one = None
        self._queue.clear()
        self.process.stop()

    def _next(self) -> None:
        module, words = self._queue[0]
        self.process.start_behind(module, *words)

    def _hear(self, text: str) -> None:
        if text.strip().startswith("not whole: "):
            self._reasons.append(text.strip().removeprefix("not whole: "))

    def _ended(self, good: bool, text: str) -> None:
        one = self._one
        if one is None:
            return
        module, words = self._queue.pop(0)
        why = shown(translated(text or self.process.last) or tr("it ended without a word"), 400)
        if module == "bk_realtime":
            self._judge(one, Path(words[-1]).name, good, shown("; ".join(self._reasons), 400) or why)
        elif not good:
            self.said = tr("the report: {why}").format(why=why)
        if self._queue:
            self._next()
        else:
            self._one = None
            self.said = self.said or tr("checked")
        self.went_on.emit()

    def _judge(self, one: Saved, name: str, good: bool, reasons: str) -> None:
        """What was found of one of its files; the first that is not whole is told."""
        text = (
            tr("{name} is whole: read back just now").format(name=name)
            if good
            else tr("{name} is NOT whole: {reasons}").format(name=name, reasons=reasons)
        )
        if self._verdict is None or self._verdict.whole:
            self._verdict = Whole(good, text)
        if not any(left == "bk_realtime" for left, _ in self._queue):  # all its files
            self.judged[one.path] = self._verdict
