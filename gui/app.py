"""`bk-karaoke`, `python -m gui`: start of the window process."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bk_realtime.errors import BkError, exit_cleanly
from bk_realtime.files import atomic
from bk_realtime.heap import return_freed_memory, share_heap
from bk_realtime.heartbeat import beat, rest
from bk_realtime.logs import LEVELS, default_level, set_up
from bk_realtime.processes.parent import end_with_parent, stop_on_signals
from bk_realtime.watched import deaths
from gui import desktop
from gui.language_names import LANGUAGE, LANGUAGES
from gui.step_names import STEPS

FEED_END_S = 8.0
"""How long the end waits for a look around the network that is under way: liblsl must not be unloaded beneath it."""
EPILOG = """Without options: the program from Check to Report, which starts sessions itself and finds one again that
it has started. With --session or --control: the window of that session.
The window only looks and sends commands: it can hang, crash or be closed, and the voice goes on.
Space or Esc mutes at once. Page keys and wheel scroll channels, Ctrl + wheel changes their size."""


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Command line of the window."""
    parser = argparse.ArgumentParser(prog="python -m gui", description="The window of BrainKaraoke.", epilog=EPILOG)
    parser.add_argument("--session", metavar="ID", help="session to show, one of another program")
    parser.add_argument(
        "--control", type=Path, metavar="FILE", help="control.json of the session's folder; without: view"
    )
    parser.add_argument("--participant", metavar="NAME", help="whose profile is used (default: the one of last time)")
    parser.add_argument("--step", choices=STEPS, help="step that is shown first")
    parser.add_argument(
        "--language", choices=LANGUAGES, help="of this window's words (default: as chosen in it, else the system's)"
    )
    parser.add_argument("--desktop-entry", action="store_true", help="into the desktop's menu of programs; then end")
    parser.add_argument("--screenshot", type=Path, metavar="PNG", help="save a picture of the window")
    parser.add_argument("--after", type=float, default=10.0, metavar="S", help="... so many seconds after the start")
    parser.add_argument("--overwrite", action="store_true", help="replace an existing picture")
    parser.add_argument("--seconds", type=float, metavar="N", help="close after so many seconds")
    parser.add_argument(
        "--log-level", choices=LEVELS, default=default_level(), help="how much is said on standard error"
    )
    parser.add_argument("--size", metavar="WxH", help="size of the window in pixels, e.g. 1440x900")
    args = parser.parse_args(argv)
    if args.screenshot is not None and args.screenshot.exists() and not args.overwrite:
        raise BkError(f"{args.screenshot}: exists already; name another file or add --overwrite")
    if args.screenshot is not None and not args.screenshot.parent.is_dir():
        raise BkError(f"{args.screenshot.parent}: no such folder for the picture; make it first")
    if args.size is not None and not _is_size(args.size):
        raise BkError(f"--size {args.size}: expected WIDTHxHEIGHT in pixels, e.g. 1440x900")
    return args


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> None:
    """Show the window until it is closed."""
    args = parse(argv)
    set_up(args.log_level)
    share_heap()
    return_freed_memory()
    if args.desktop_entry:
        print(f"written: {desktop.install()}")
        return
    if sys.platform == "linux" and not any(
        os.environ.get(v) for v in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        raise BkError(
            "no display to open a window on (DISPLAY is not set): run headless, or set QT_QPA_PLATFORM=offscreen"
        )
    try:
        from PyQt6 import sip
        from PyQt6.QtCore import QSettings, Qt, QTimer
        from PyQt6.QtWidgets import QApplication
    except ImportError as error:
        raise BkError(f"Qt cannot be loaded ({error}): install PyQt6 and the system libraries that it names") from None

    from gui import languages, look, words

    if args.language is not None:
        os.environ[LANGUAGE] = args.language  # also of the windows that this one opens
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "BrainKaraoke", "window")
    look.settle(settings)  # before the panels take their colours, and Qt its scale

    from gui import theme
    from gui.keys import PressedByEnter
    from gui.steps.opening import open_shell

    app = QApplication(["BrainKaraoke"])
    app.setApplicationName("BrainKaraoke")
    spoken = words.install(app, languages.in_use(settings))
    theme.apply(app)
    enter = PressedByEnter()
    app.installEventFilter(enter)
    window = open_shell(settings, args.session, args.control, args.participant, args.step)
    if args.size is not None:
        window.resize(*(int(v) for v in args.size.split("x")))
    # Python may run the handler in the middle of a paint: Qt must not lose the window that it is drawing into
    stop_on_signals(lambda: QTimer.singleShot(0, window.leave), apart=False)  # Qt's timers belong to this thread
    end_with_parent(lambda: signal.raise_signal(signal.SIGTERM))  # from a thread; the window closes in its own
    failed: list[str] = []
    precise = Qt.TimerType.PreciseTimer  # a coarse one is off by 5 %: the picture could come after the end
    if args.screenshot is not None:
        QTimer.singleShot(int(1e3 * args.after), precise, lambda: _save(window, args.screenshot, failed))
    if args.seconds is not None:
        QTimer.singleShot(int(1e3 * args.seconds), precise, window.leave)
    beats = QTimer(window)  # of the event loop itself: one that hangs does not beat
    beats.timeout.connect(beat)
    beats.timeout.connect(lambda: window.leave() if deaths() else None)  # blind or deaf: a new one is started, unasked
    beats.start(100)
    window.show()
    app.exec()
    rest()
    window.join(FEED_END_S)
    # The window first, then the application: Python would let go of them in the order of their names, and on an X
    # server some ends crashed in Qt, on a window that had outlived its application.
    sip.delete(window)
    sip.delete(app)
    spoken.clear()
    if failed:
        raise BkError(failed[0])
    if deaths():
        raise SystemExit(1)


def _save(window, path: Path, failed: list[str]) -> None:  # type: ignore[no-untyped-def]
    try:
        with atomic(path) as part:
            if not window.grab().save(str(part), "PNG"):
                raise OSError
    except OSError:
        failed.append(f"{path}: the picture cannot be written; check the folder and its free space")


def _is_size(text: str) -> bool:
    parts = text.split("x")
    return len(parts) == 2 and all(p.isdigit() and 100 <= int(p) <= 16_384 for p in parts)
