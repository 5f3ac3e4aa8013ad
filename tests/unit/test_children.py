"""The processes of a session are asked to end before they are made to."""

from __future__ import annotations

import queue
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bk_realtime.processes import child as children
from bk_realtime.processes import parent

CHILD = """
import signal, sys, threading
from bk_realtime.processes.parent import end_with_parent
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
ended = threading.Event()
end_with_parent(ended.set)
ended.wait()
print("saved", flush=True)
"""


def test_a_closed_standard_input_is_request_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where the only signal that could be sent ends a process on the spot."""
    monkeypatch.setattr(children, "POSIX", False)
    monkeypatch.setattr(children, "_own_group", dict)
    child = children.Child("child", ["-c", CHILD], tmp_path / "log")
    child.start()
    assert child.stop(60.0) == 0
    assert (tmp_path / "log").read_text() == "saved\n"
    assert child.stop() == 0  # again: nothing to do


def test_one_that_still_starts_is_ended_on_the_spot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also as on Windows, where it does not hear that its standard input closes."""
    monkeypatch.setattr(children, "POSIX", False)
    monkeypatch.setattr(children, "_own_group", dict)
    child = children.Child("child", ["-c", "import time; time.sleep(600)"])
    child.start()
    assert not child.wait_until(tmp_path / "never", 10.0, lambda: True)
    terminate, ended = child.process.terminate, []
    monkeypatch.setattr(child.process, "terminate", lambda: ended.append(terminate()))
    child.stop(20.0)
    assert len(ended) == 1


def test_one_that_has_started_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "POSIX", False)
    monkeypatch.setattr(children, "_own_group", dict)
    child = children.Child("child", ["-c", "import sys; sys.stdin.read(); sys.exit(4)"])
    child.start()
    assert child.wait_until(tmp_path, 10.0, lambda: False)
    assert child.stop(60.0) == 4


def test_waiting_ends_when_it_is_called_off(tmp_path: Path) -> None:
    child = children.Child("child", ["-c", "import sys; sys.stdin.read()"])
    child.start()
    called_off = iter([False, False, True])
    assert not child.wait_until(tmp_path / "never", 10.0, lambda: next(called_off))
    assert list(called_off) == []
    child.stop(60.0)


@pytest.mark.parametrize(
    "names", [("SIGINT", "SIGTERM"), ("SIGINT", "SIGTERM", "SIGBREAK"), ("SIGINT", "SIGTERM", "SIGHUP")]
)
def test_every_signal_that_asks_is_heard(monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]) -> None:
    heard: queue.SimpleQueue[int] = queue.SimpleQueue()
    handlers: dict = {}
    numbers = {name: i for i, name in enumerate(names)}
    fake = SimpleNamespace(signal=handlers.__setitem__, getsignal=lambda number: "default", SIG_IGN="ignored")
    monkeypatch.setattr(parent, "signal", SimpleNamespace(**vars(fake), **numbers))
    parent.stop_on_signals(lambda: heard.put(1))
    assert sorted(handlers) == sorted(numbers.values())
    for number, handler in handlers.items():
        handler(number, None)
        heard.get(timeout=60)
    assert heard.empty()


def test_nohup_stays_nohup(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: dict[str, object] = {}
    fake = {"signal": handlers.__setitem__, "getsignal": lambda number: "ignored", "SIG_IGN": "ignored"}
    monkeypatch.setattr(parent, "signal", SimpleNamespace(**fake, SIGINT="int", SIGHUP="hup"))
    parent.stop_on_signals(lambda: None)
    assert list(handlers) == ["int"]


def test_a_log_that_the_disk_does_not_take_ends_nothing(tmp_path: Path, caplog) -> None:
    """As on a file system that an error has made read-only."""
    (tmp_path / "file").touch()
    child = children.Child("child", ["-c", "raise SystemExit(4)"], tmp_path / "file" / "child.log")
    child.start()
    assert child.process.wait(240) == 4
    assert "child.log: cannot be written" in caplog.text
    child.stop()


def test_one_that_cannot_be_started_is_one_that_has_ended(monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    def no_memory(*_: object, **__: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(children.subprocess, "Popen", no_memory)
    child = children.Child("recorder", ["-c", ""])
    child.start()
    assert not child.alive
    assert child.stop() is None
    assert "the recorder cannot be started (Cannot allocate memory)" in caplog.text


def test_on_windows_no_read_of_standard_input_is_left_pending(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first import of numpy would hang beside it. Windows' calls are faked: a pipe that is empty, has three bytes, is
    empty again, and closed."""
    done: list[object] = []
    looks = iter([(0, 0), (3, 0), (0, 0)])

    def peek(handle: int, size: int) -> tuple[int, int]:
        assert (handle, size) == (70, 0)
        try:
            return next(looks)
        except StopIteration:
            raise BrokenPipeError from None

    monkeypatch.setitem(sys.modules, "_winapi", SimpleNamespace(PeekNamedPipe=peek))
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(get_osfhandle=lambda fd: 10 * fd))
    monkeypatch.setattr(parent, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(parent, "os", SimpleNamespace(read=lambda fd, n: done.append(fd)))
    monkeypatch.setattr(parent, "time", SimpleNamespace(sleep=lambda s: done.append("wait")))
    parent._wait_for_close(7)
    assert done == ["wait", 7, "wait"]


def test_a_signal_is_heard_without_memory_for_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    heard, handlers = [], {}
    fake = {"signal": handlers.__setitem__, "getsignal": lambda number: "default", "SIG_IGN": "ignored"}
    monkeypatch.setattr(parent, "signal", SimpleNamespace(**fake, SIGTERM="term"))
    monkeypatch.setattr(parent, "WatchedThread", none)
    parent.stop_on_signals(lambda: heard.append(1))
    handlers["term"]("term", None)
    assert heard == [1]
