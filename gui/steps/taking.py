"""Another participant or another decoder: whether it can be taken now, and what is said of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from bk_realtime.errors import BkError
from gui.participant import DEMO, Participant, Profiles
from gui.words import tr


class Taking:
    """Reads and keeps profiles.

    Parameters
    ----------
    profiles : all there are.
    say : told in one line what became of it.
    """

    def __init__(self, profiles: Profiles, say: Callable[[str], None]) -> None:
        self._profiles, self._say = profiles, say

    def another(self, name: str, busy: bool) -> Participant | None:
        """The profile of this name; ``None`` while a session runs (``busy``), or where it cannot be read."""
        if busy:
            self._say(tr("a session runs: end it before you choose another participant"))
            return None
        try:
            return self._profiles.load(name)
        except BkError as error:
            self._say(str(error))
            return None

    def with_bundle(self, who: Participant, folder: Path, busy: bool) -> Participant | None:
        """``who`` with this decoder: it goes into the profile; the demo's stays as it ships. ``None`` as above."""
        if busy:
            self._say(tr("a session runs: end it before you choose another decoder"))
            return None
        try:
            changed = dataclasses.replace(who, bundle=folder)
            if who.name == DEMO:
                self._say(
                    tr(
                        "{folder} is used until the window closes; it has learnt the recording that the demo replays"
                    ).format(folder=folder.name)
                )
                return changed
            self._profiles.save(changed)
            changed = self._profiles.load(who.name)
        except BkError as error:
            self._say(str(error))
            return None
        self._say(tr("decoder {folder} is in the profile of {name}").format(folder=folder.name, name=who.name))
        return changed
