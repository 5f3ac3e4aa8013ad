"""A command of this program in a process of its own, of which the window reads one JSON object a line."""

from __future__ import annotations

import sys

from PyQt6.QtCore import QObject, QProcess, pyqtSignal

from bk_realtime.plain_files import parse_json
from gui.words import tr

_LONGEST = 1 << 22


class JsonProcess(QObject):
    """Emits ``said(dict)`` for each line, and at the end ``ended(good, text)`` with the error that it told, if any;
    ``other(text)`` for lines of its answer that are no JSON."""

    said = pyqtSignal(dict)
    other = pyqtSignal(str)
    ended = pyqtSignal(bool, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._rest, self._error = b"", ""
        self.last = ""
        """What it said last beside answers and errors, for one that ends without an error of ours."""

    @property
    def runs(self) -> bool:
        """Whether it is under way."""
        return self._process is not None

    def start(self, *words: str) -> None:
        """Run `python -m bk_realtime` with these words, in place of whatever runs now."""
        self._begin("-m", "bk_realtime", *words)

    def start_behind(self, module: str, *words: str) -> None:
        """Run `python -m MODULE` with these words behind all others, in place of whatever runs now."""
        self._begin("-m", "gui.background", module, *words)

    def _begin(self, *arguments: str) -> None:
        self.stop()
        process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(list(arguments))
        process.readyReadStandardOutput.connect(lambda: self._read(process))
        process.readyReadStandardError.connect(lambda: self._hear(process))
        process.finished.connect(lambda code, _: self._finished(process, code))
        process.errorOccurred.connect(lambda error: self._failed(process, error))
        self._process, self._rest, self._error, self.last = process, b"", "", ""
        process.start()

    def finish(self) -> None:
        """Ask one that ends when its input is closed to end by itself; it is heard to its last word."""
        if self._process is not None:
            self._process.closeWriteChannel()

    def stop(self) -> None:
        """End it at once, unheard."""
        process, self._process = self._process, None
        if process is not None:
            # one by one: to cut all at once cuts Qt's own, of which it complains on standard error
            for signal in (process.readyReadStandardOutput, process.readyReadStandardError, process.finished):
                signal.disconnect()
            process.errorOccurred.disconnect()
            process.kill()
            process.waitForFinished(1000)  # killed: it is gone in a moment
            process.deleteLater()

    def _read(self, process: QProcess) -> None:
        self._rest += process.readAllStandardOutput().data()
        *lines, self._rest = self._rest[-_LONGEST:].split(b"\n")
        for line in lines:
            try:
                values = parse_json(line)
            except ValueError:
                self.other.emit(line.decode("utf-8", "replace"))
                continue
            if isinstance(values, dict):
                self.said.emit(values)

    def _hear(self, process: QProcess) -> None:
        for line in process.readAllStandardError().data().decode("utf-8", "replace").splitlines():
            if line.startswith("error: "):
                self._error = line.removeprefix("error: ")
            elif line.strip():
                self.last = line.strip()

    def _finished(self, process: QProcess, code: int) -> None:
        self._read(process)
        self._hear(process)
        self._end(process, code == 0, self._error)

    def _failed(self, process: QProcess, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(process, False, tr("no process can be started: close other programs"))

    def _end(self, process: QProcess, good: bool, text: str) -> None:
        if process is self._process:
            self._process = None
            process.deleteLater()
            self.ended.emit(good, text)
