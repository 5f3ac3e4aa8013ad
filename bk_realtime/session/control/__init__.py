"""Control channel of a running session: short JSON commands on a loopback socket, guarded by a random key.

Messages are UTF-8 JSON objects in the frames of :mod:`multiprocessing.connection`; nothing is ever unpickled. A command
names itself: ``{"command": "gain", "gain_db": -3}``; the reply is ``{"ok": true, ...}`` or
``{"ok": false, "error": "one line"}``. The engine's commands are :data:`COMMANDS`.

Every command carries ``sent``: when its sender asked for it, in seconds of ``time.perf_counter``, which all processes
of a machine share. The engine refuses an unmute that is old, stamped in the future, or asked for before the last panic.
"""

from bk_realtime.session.control.client import ControlClient
from bk_realtime.session.control.place import FILE_NAME
from bk_realtime.session.control.server import ControlServer
from bk_realtime.session.control.wire import MAX_BYTES
from bk_realtime.session.control.words import COMMANDS, MARKER_LENGTH, PANIC_S, TALK_S, UNMUTE_S

__all__ = [
    "COMMANDS",
    "FILE_NAME",
    "MARKER_LENGTH",
    "MAX_BYTES",
    "PANIC_S",
    "TALK_S",
    "UNMUTE_S",
    "ControlClient",
    "ControlServer",
]
