"""The recording of one participant: its recorder, one file after another, and the amplifier where it is simulated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bk_realtime.chunks import NEURAL_TYPES
from bk_realtime.prompts.outlet import NAME
from bk_realtime.shown import shown
from gui.record.recorder_process import RecorderProcess, file_name
from gui.record.simulated import OTHERS_ONLY, SimulatedAmplifier
from gui.said import translated
from gui.words import tr


class Recording:
    """Parameters
    ----------
    who : the participant's name, part of the names of files.
    folder : where they go.
    expect : streams that must not be missing beside the markers.
    source : a recording that is replayed as the amplifier of a simulated participant.
    brain : the amplifier's stream, by name, type or source_id; empty: any of a neural type.

    Attributes
    ----------
    recorder : the newest; None before the first.
    """

    def __init__(
        self, who: str, folder: Path, expect: Sequence[str] = (), source: Path | None = None, brain: str = ""
    ) -> None:
        self.recorder: RecorderProcess | None = None
        self.sent_before = 0
        self._who, self._folder, self._expect, self._source = who, folder, tuple(expect), source
        self._brain = brain
        self._amplifier: SimulatedAmplifier | None = None

    def start(self, task: str, markers: str, sent: int) -> None:
        """Start a recorder with a new file.

        Parameters
        ----------
        task : part of the file's name.
        markers : source_id of the stream of markers, which is waited for as the others are.
        sent : markers that were sent before.

        Raises
        ------
        FileError
            A process cannot be started.
        """
        if self._source is not None and self._amplifier is None:
            self._amplifier = SimulatedAmplifier(self._source)
        expect = self._expect or (("sEEG",) if self.simulated else ())
        wanted = dict.fromkeys(filter(None, (self._brain, *expect, markers)))
        path = file_name(self._folder, self._who, task, datetime.now())
        self.recorder = RecorderProcess(path, tuple(wanted), OTHERS_ONLY if self.simulated else "")
        self.sent_before = sent

    def stop(self) -> None:
        """Ask recorder and simulated amplifier to end."""
        if self.recorder is not None:
            self.recorder.stop()
        if self._amplifier is not None:
            self._amplifier.stop()
            self._amplifier = None

    @property
    def simulated(self) -> bool:
        """No amplifier: a recording is replayed."""
        return self._source is not None

    @property
    def replayed(self) -> int | None:
        """Exit code of the replay that stands in for the amplifier, 0: sent to its end; None while there is none."""
        return None if self._amplifier is None else self._amplifier.code

    @property
    def alive(self) -> bool:
        """A recorder runs, also one that waits for streams or reads its file back."""
        return self.recorder is not None and self.recorder.code is None

    @property
    def ready(self) -> bool:
        """Samples go into the file, and a brain signal and the markers are among its streams: nobody is to speak for
        nothing."""
        r = self.recorder
        streams = [] if r is None or not r.recording else r.figures["streams"]
        brain = any(s["type"].lower() in NEURAL_TYPES for s in streams)
        # one that is named is in it, or the recorder would not have begun; its type may be any
        return any(s["name"] == NAME for s in streams) and (brain or bool(self._brain))

    def trouble(self, sent: int) -> str:
        """What is wrong, in one line; empty where nothing is. ``sent``: markers so far."""
        r = self.recorder
        if r is None:
            return ""
        if r.whole and r.markers < sent - self.sent_before:
            return tr("{markers} of {sent} markers are in {file}; keep it apart").format(
                markers=r.markers, sent=sent - self.sent_before, file=r.path.name
            )
        if r.hangs:
            return tr("the recorder hangs: no word for {silent_s:.1f} s").format(silent_s=r.silent_s)
        if r.code not in (None, 0):
            why = translated(shown(r.last, 300)) or tr("exit code {code}").format(code=r.code)
            return tr("the recorder ended: {why}").format(why=why)
        return ""
