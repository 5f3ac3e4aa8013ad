"""What was learnt becomes the decoder of sessions that run, by their control command ``bundle``, and says so there."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path

from bk_realtime.errors import BkError, FileError
from bk_realtime.logs import say
from bk_realtime.session.control import ControlClient
from bk_realtime.session.control.place import FILE_NAME
from bk_realtime.session.names import SETTINGS
from bk_realtime.session.swap import STAYS

TAKE_OVER_S, ASK_S, ANSWER_S = 60.0, 0.5, 10.0


def check_place(folder: Path) -> None:
    """Refuse what is neither the folder of a session that runs nor one in which sessions are recorded.

    Raises
    ------
    FileError
        There is none, or a session that has ended.
    """
    if not folder.is_dir() or ((folder / SETTINGS).exists() and not (folder / FILE_NAME).is_file()):
        raise FileError(
            f"--session {folder}: no session runs there; expected its folder with {FILE_NAME}, or the one in which "
            "sessions are recorded"
        )


def sessions_for(folder: Path, own: Collection[Path]) -> list[Path]:
    """The session that was named; or those in a folder of sessions that decode by one of the bundles ``own`` now."""
    if (folder / FILE_NAME).is_file() or (folder / SETTINGS).exists():
        return [folder]
    paths = {path.resolve() for path in own}  # `run` resolves its bundle, a change of decoder does not
    found = []
    for place in sorted(folder.glob(f"*/{FILE_NAME}")):
        try:
            with ControlClient.from_file(place, timeout=ANSWER_S) as client:
                if Path(client.request("status")["status"]["bundle"]).resolve() in paths:
                    found.append(place.parent)
        except BkError:  # it has ended, and left its file
            continue
    return found


def hand_over(session: Path, bundle: Path, why: str, wait: Callable[[float], object] = time.sleep) -> int:
    """Tell a running session why its voice will change, and ask it to decode by another bundle; 0 where it does so
    within a minute.

    Raises
    ------
    BkError
        It refuses, or does not answer.
    """
    path = str(bundle.absolute())
    with ControlClient.from_file(session, timeout=ANSWER_S) as client:
        client.request("notice", text=f"learn: {bundle.name} takes over by itself, the voice will change: {why}")
        status = client.request("bundle", path=path)["status"]
        for _ in range(round(TAKE_OVER_S / ASK_S)):
            if status["bundle"] == path:
                say(f"{session}: {bundle} decodes now")
                return 0
            if path in status["message"] and STAYS in status["message"]:
                break
            wait(ASK_S)
            status = client.request("status")["status"]
    say(f"{session}: {bundle} does not decode yet; why stands in its events.jsonl (newest: {status['message']})")
    return 1
