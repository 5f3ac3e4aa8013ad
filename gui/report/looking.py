"""What is read of one recording, and decoded, in processes behind all others: whole or not, then what is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTemporaryDir, pyqtSignal

from bk_realtime.errors import BkError, FileError
from bk_realtime.shown import shown
from gui.report.opened import Opened
from gui.report.whole import Whole
from gui.steps.json_process import JsonProcess
from gui.train.plan import progress_of
from gui.words import later, tr

VERIFY, READ, DECODE = "verify", "read", "decode"
DOING = {
    VERIFY: later("reading it back: is it whole?"),
    READ: later("reading it, piece by piece"),
    DECODE: later("decoding it, behind all others"),
}
MOST_LINES = 60


class Looking(QObject):
    """One recording at a time. ``changed()``: something is known now that was not; ``opened()``: it can be shown;
    ``decoded()``: what a decoder made of it can be shown."""

    changed = pyqtSignal()
    opened = pyqtSignal()
    decoded = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.process = JsonProcess(self)
        self.process.said.connect(self._progress)
        self.process.other.connect(self._hear)
        self.process.ended.connect(self._ended)
        self.path: Path | None = None
        self.file: Opened | None = None
        self.whole, self.lines, self.error = Whole(None, ""), list[str](), ""
        self._folder: QTemporaryDir | None = None
        self._queue: list[str] = []
        self._bundle: list[str] = []
        self._now = ""
        self._done: float | None = None

    # ---- what is asked -------------------------------------------------------------------------------------------
    def open(self, path: Path) -> None:
        """Look into a recording, in place of the one before."""
        self.close()
        self.path, self._folder = path, QTemporaryDir()
        if not self._folder.isValid():
            self.error = tr("no folder for what is shown: the disk for temporary files is full or cannot be written")
            self.changed.emit()
            return
        is_xdf = path.suffix.lower() in (".xdf", ".xdfz")
        self.whole = Whole(None, "" if is_xdf else tr("whole or not: cannot tell; only XDF files carry what tells it"))
        self._queue = [VERIFY, READ] if is_xdf else [READ]
        self._next()

    def decode(self, bundle: Path, label_map: Path | None) -> None:
        """Let a bundle decode what is open."""
        if self.file is not None and not self.runs:
            self._bundle = [str(bundle), *([] if label_map is None else ["--label-map", str(label_map)])]
            self.error = ""
            self._queue = [DECODE]
            self._next()

    def stop(self, why: str) -> None:
        """End what is under way; what was read stays."""
        if self.runs:
            self._queue.clear()
            self.process.stop()
            self.error = why
            self.changed.emit()

    def close(self) -> None:
        """Forget the recording, with all that was laid out of it."""
        self._queue.clear()
        self.process.stop()
        self.path = self.file = None
        self.whole, self.error = Whole(None, ""), ""
        self.lines.clear()
        if self._folder is not None:
            self._folder.remove()
            self._folder = None

    # ---- what is known -------------------------------------------------------------------------------------------
    @property
    def runs(self) -> bool:
        """Whether a process reads or decodes now."""
        return bool(self._queue)

    @property
    def doing(self) -> str:
        """What is done now, in words; else what went wrong."""
        if not self.runs:
            return self.error
        share = "" if self._done is None else f" {self._done:.0%}"
        return f"{tr(DOING[self._queue[0]])}{f' ({self._now})' if self._now else ''}{share}"

    def _next(self) -> None:
        self._now, self._done = "", None
        assert self._folder is not None
        path, folder = str(self.path), self._folder.path()
        module, words = {
            VERIFY: ("bk_realtime", ["record", "--verify", path]),
            READ: ("offline.inspect", [path, "--view", folder]),
            DECODE: ("offline.decode", [*self._bundle[:1], path, *self._bundle[1:], "--view", folder]),
        }[self._queue[0]]
        self.process.start_behind(module, *words)
        self.changed.emit()

    def _progress(self, told: dict[str, Any]) -> None:
        if (found := progress_of(told)) is not None:
            self._now, self._done = shown(found.step, 60), found.done
            self.changed.emit()

    def _hear(self, text: str) -> None:
        if self._queue[:1] == [VERIFY] and text.startswith("  ") and len(self.lines) < MOST_LINES:
            self.lines.append(shown(text.strip(), 300))

    def _ended(self, good: bool, text: str) -> None:
        if not self.runs:
            return
        stage = self._queue.pop(0)
        why = shown(text or self.process.last or tr("it ended without a word"), 500)
        if stage == VERIFY:
            self._judge(good, text, why)
        else:
            try:
                if not good:
                    raise FileError(why)
                self._take(stage)
            except BkError as error:
                self.error = shown(str(error), 500)
                self._queue.clear()
        if self.runs:
            self._next()
        else:
            self.changed.emit()

    def _judge(self, good: bool, text: str, why: str) -> None:
        assert self.path is not None
        name, prefix = shown(self.path.name), "not whole: "
        reasons = [line.removeprefix(prefix) for line in self.lines if line.startswith(prefix)]
        if good:
            self.whole = Whole(True, tr("{name} is whole: read back just now").format(name=name))
        else:
            self.whole = Whole(
                False, tr("{name} is NOT whole: {why}").format(name=name, why=shown("; ".join(reasons), 400) or why)
            )
        if text and not reasons:  # no XDF file at all: reading it would say the same once more
            self.error = why
            self._queue.clear()

    def _take(self, stage: str) -> None:
        assert self._folder is not None
        if stage == READ:
            self.file = Opened(Path(self._folder.path()))
            self.opened.emit()
        elif self.file is not None:
            self.file.read_decoded()
            self.decoded.emit()

    def words(self) -> str:
        """Streams, clock, unit and label notes, and what is known of a decoding."""
        parts: list[str] = []
        if self.file is not None:
            parts += [] if self.file.decoded is None else [*self.file.decoded.words, ""]
            parts += [f"• {note}" for note in self.file.view.notes] or [tr("nothing had to be guessed or mended")]
        return "\n".join([*parts, "", *(line for line in self.lines if not line.startswith("not whole: "))]).strip()
