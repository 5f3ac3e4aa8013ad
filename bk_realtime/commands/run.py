"""`python -m bk_realtime run`: checks all that a session is asked to be, prepares it and supervises it."""

from __future__ import annotations

import dataclasses
import shlex
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from bk_realtime.chunks import StreamDescription
from bk_realtime.config import check_device
from bk_realtime.decoder.bundle_index import check_bundle
from bk_realtime.decoder.fit import Fit, read_label_map
from bk_realtime.errors import InputError
from bk_realtime.join.names import joined_description
from bk_realtime.logs import say
from bk_realtime.montage.units import in_microvolts, refuse_unit_of_features
from bk_realtime.processes.children import OTHERS
from bk_realtime.processes.supervisor import Supervisor
from bk_realtime.session.bundle import fade_choice, gate_choice, trained_on
from bk_realtime.session.conditions import ConditionSettings
from bk_realtime.session.disk import own_pace, pace, refuse_full_disk
from bk_realtime.session.expected import without_samples
from bk_realtime.session.folder import Session, create_session, write_how_to_read, write_session
from bk_realtime.session.profiles import PROFILES
from bk_realtime.session.settings import InletSettings, SessionSettings

if TYPE_CHECKING:
    from bk_realtime.decoder.bundle import Bundle


@dataclass(frozen=True)
class Run(SessionSettings):
    """Decode a live sEEG stream (or a recording replayed as one) into audible speech, and record everything.

    Starts muted unless --unmuted is given; unmute in the window. Ctrl-C ends the session with everything saved.
    """

    bundle: Annotated[Path, tyro.conf.arg(aliases=["--model"])]
    """Decoder bundle, as `python -m offline.train` writes it."""

    def run(self) -> int:
        """Supervise until the end; 0 when all was saved, 1 where the recording is not whole."""
        # before anything is made, started or, if it takes seconds, loaded: what is wrong must not cost patient time
        check_bundle(self.bundle)
        if self.condition.sham_bundle is not None:
            check_bundle(self.condition.sham_bundle)
        check_device(self.device)
        replayed = None if self.source is None else neural_stream(self.source, self.inlet, self.salvage)
        bundle = check_parts(self)
        label_map = {} if self.label_map is None else read_label_map(self.label_map, bundle.labels)
        if replayed is not None:
            fit_of_recording(self, replayed, bundle, label_map)
        elif bundle.features.kind == "given":
            refuse_unit_of_features(self.inlet.unit or None, self.inlet.gain)
        check_before_start(self, bundle)
        # who reads session.toml later may be in another folder
        weights = str(Path(self.weights).resolve()) if self.weights else ""
        found = dataclasses.replace(
            self,
            bundle=self.bundle.resolve(),
            weights=weights,
            condition=_found(self.condition),
            # what the profile stands for today
            prefill_ms=round(1e3 * self.prefill_s, 3),
            lookahead_ms=self.vocoder_lookahead_ms,
        )
        session = create_session(found)
        if self.source is not None:
            session = _listening_to(session, self.source)
        command = shlex.join(["python", "-m", "bk_realtime", *sys.argv[1:]])
        write_how_to_read(session, label_map)
        write_session(session, {"bundle": {"sha256": bundle.digest}, "command": {"line": command}})
        say(f"session {session.folder}")
        say(gate_choice(bundle, self.gate)[1])
        say(fade_choice(bundle, self.fade_unsure))
        if cost := PROFILES[self.profile].cost:
            say(f"profile {self.profile}: {cost}; --lookahead-ms and --prefill-ms change either")
        from bk_realtime.contamination.said import contamination_in_training  # loads what computes

        doubt = contamination_in_training(bundle.provenance)
        if doubt:
            say(doubt)
        return Supervisor(session, say).run()


def _found(settings: ConditionSettings) -> ConditionSettings:
    """The same with paths that hold in any folder."""
    paths = {name: getattr(settings, name) for name in ("schedule", "sham_bundle")}
    return dataclasses.replace(settings, **{name: path and path.resolve() for name, path in paths.items()})


def check_parts(settings: SessionSettings) -> Bundle:
    """The session's bundle, when also its vocoder, computing device and sound device are there.

    Raises
    ------
    BkError
        One of them is not.
    """
    from bk_realtime.decoder.bundle import load_bundle
    from bk_realtime.device import pick_device
    from bk_realtime.engine.wiring import open_sink, say_if_compiling
    from bk_realtime.session.bundle import load_session_bundle
    from bk_realtime.session.schedule import plan
    from bk_realtime.vocoder import build_vocoder

    pick_device(settings.device)
    plan(settings.condition)
    if settings.condition.sham_bundle is not None:
        load_bundle(settings.condition.sham_bundle)
    bundle = load_session_bundle(settings)  # nothing runs in this process
    if settings.vocoder:
        say_if_compiling(bundle)
        build_vocoder(bundle.vocoder, bundle.mel, bundle.path)
    if settings.sound_device not in ("auto", "none"):
        open_sink(settings, bundle.mel.sample_rate)  # found, not started
    return bundle


def fit_of_recording(
    settings: SessionSettings, replayed: StreamDescription, bundle: Bundle, label_map: dict[str, str]
) -> Fit:
    """How a recording's neural stream serves the decoder.

    Raises
    ------
    BkError
        It does not.
    """
    told, given = (settings.inlet.unit or None, settings.inlet.gain), bundle.features.kind == "given"
    also = trained_on(bundle.labels, label_map)
    return bundle.check(in_microvolts(replayed, *told, also, given)[0], label_map)


def neural_stream(recording: Path, wanted: InletSettings, salvage: bool = False) -> StreamDescription:
    """The neural stream of a recording that will be replayed, as it will be decoded: with those joined to it.

    Raises
    ------
    InputError
        None, or several.
    """
    return joined_description(_neural_streams(recording, wanted, salvage))


def _neural_streams(recording: Path, wanted: InletSettings, salvage: bool) -> list[StreamDescription]:
    """The main stream of a recording and those joined to it."""
    from bk_realtime.xdf.reader import pick_stream, read_xdf

    streams = [s for s in read_xdf(recording, salvage=salvage) if len(s) and s.description.sfreq > 0]
    joined = [pick_stream(streams, name, recording).description for name in wanted.join]
    fields = {"name": wanted.name, "type": wanted.type, "source_id": wanted.source_id}
    fields |= {"hostname": wanted.host}
    found = [
        s.description
        for s in streams
        if (s.description.is_neural or wanted.name or wanted.type or wanted.source_id)
        and s.description not in joined
        and all(not value or getattr(s.description, key) == value for key, value in fields.items())
    ]
    if not found:
        raise InputError(f"{recording}: no neural stream with samples (type sEEG, iEEG, ECoG or EEG) to decode")
    if len(found) > 1:
        listed = ", ".join(f"{d.name!r} (source_id {d.source_id!r})" for d in found)
        raise InputError(
            f"{recording}: {len(found)} neural streams: {listed}; choose one with --source-id, or join them with --join"
        )
    return [*found, *joined]


def _listening_to(session: Session, recording: Path) -> Session:
    """The session with an engine that takes the streams of its own replay and no others."""
    from bk_realtime.replay.streamer import replay_source_id

    main, *joined = _neural_streams(recording, session.settings.inlet, session.settings.salvage)
    inlet = InletSettings(
        name=main.name,
        source_id=replay_source_id(main, session.replay_prefix),
        join=tuple(replay_source_id(d, session.replay_prefix) for d in joined),
        join_late_s=session.settings.inlet.join_late_s,
        unit=session.settings.inlet.unit,
        gain=session.settings.inlet.gain,
        timeout_s=60.0,
    )
    expect = tuple(_replayed_as(session, recording, wanted) for wanted in session.settings.expect)
    settings = dataclasses.replace(session.settings, inlet=inlet, expect=expect)
    return dataclasses.replace(session, settings=settings)


def _replayed_as(session: Session, recording: Path, wanted: str) -> str:
    """What an expected stream is called in the replay, where it was named by its source_id."""
    from bk_realtime.replay.streamer import replay_source_id
    from bk_realtime.xdf.reader import read_xdf

    for stream in read_xdf(recording, salvage=session.settings.salvage):
        if stream.description.source_id.lower() == wanted.lower():
            return replay_source_id(stream.description, session.replay_prefix)
    return wanted


def check_before_start(settings: SessionSettings, bundle: Bundle | None) -> float:
    """Refuse a session whose recording would lack an expected stream, or room on the disk; else the bytes a second that
    it is taken to need, 0 where nothing is recorded. Without a bundle nothing is decoded, and what comes in counts.

    Raises
    ------
    StreamError, InputError
        An expected stream is not there or sends nothing; not in the recording to replay, or empty there.
    FileError
        The disk is nearly full.
    """
    if not settings.record:
        return 0.0
    if settings.source is None:
        from bk_realtime.recorder.start import look_around

        patience = settings.inlet.timeout_s if settings.expect else 0.0
        streams = look_around(OTHERS, settings.expect, patience, threading.Event(), say)
    else:
        from bk_realtime.xdf.reader import read_xdf

        held = read_xdf(settings.source, salvage=settings.salvage)
        rows = [{**vars(s.description), "n_samples": len(s)} for s in held]
        lacking = without_samples(settings.expect, rows)
        if lacking:
            raise InputError(f"{settings.source}: {'; '.join(lacking)}; leave it out of --expect or replay another")
        streams = [s.description for s in held]
    expected = pace(streams)
    if bundle is not None:
        mel = bundle.mel
        expected += own_pace(mel.sample_rate, mel.sample_rate / mel.hop_length, mel.n_mels, len(bundle.labels))
    refuse_full_disk(settings.out, expected, settings.disk.disk_least_min)
    return expected
