"""Settings of one live session: what `run` takes, what ``session.toml`` keeps, checked whole when they are made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bk_realtime.chunks import microvolt_scale
from bk_realtime.config import check_range
from bk_realtime.errors import OptionError
from bk_realtime.session.adapt import AdaptSettings
from bk_realtime.session.conditions import ConditionSettings
from bk_realtime.session.expected import check_names
from bk_realtime.session.profiles import PROFILES, ProfileName

GAIN_RANGE_DB = (-60.0, 24.0)
"""What the volume may be, in dB before the limiter, in settings, commands and the window's slider alike."""
GateMode = Literal["auto", "on", "off"]
ARTEFACT_POLICIES = ("hold", "say", "ignore")
"""What may be done about signals far beyond the training's."""
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class InletSettings:
    """Which LSL stream is decoded; empty fields match any."""

    name: str = ""
    """Name of the LSL stream; needed where several neural streams are visible."""
    type: str = ""
    """Type of the LSL stream; default: any of sEEG, iEEG, ECoG, EEG."""
    source_id: str = ""
    """source_id of the LSL stream: the surest way to name one."""
    host: str = ""
    """Computer that sends the LSL stream, where two send one of the same name and source_id (see `devices`)."""
    unit: str = ""
    """Unit of the samples (microvolts, volts, …) where the stream does not say it."""
    gain: float | None = None
    """µV of one count, where the samples are counts."""
    join: tuple[str, ...] = ()
    """Further amplifiers, by name or source_id: their channels are joined to the stream's, on its samples."""
    join_late_s: float = 0.15
    """A joined stream this far behind is not waited for: its channels are missing until it is back, in seconds."""
    timeout_s: float = 15.0
    """How long to look for the stream, in seconds."""

    def __post_init__(self) -> None:
        check_range(self, "timeout_s", 0.0, 86_400.0, "s")
        check_range(self, "join_late_s", 0.001, 60.0, "s")
        for name in self.join:
            if not name or name in (self.name, self.source_id) or self.join.count(name) > 1:
                raise OptionError(
                    f"--join {name or repr(name)}: names the main stream, one twice or none; expected the name or "
                    "source_id of each further stream"
                )
        if self.unit:
            microvolt_scale(self.unit)  # refuses what is no voltage
        check_range(self, "gain", 1e-9, 1e9, "µV a count")
        if self.unit and self.gain is not None:
            raise OptionError(f"--unit {self.unit} and --gain {self.gain:g}: expected one of them")


@dataclass(frozen=True)
class SafetySettings:
    """What stands between the decoder and an ear."""

    unmuted: bool = False
    """Let the sound out from the start."""
    gain_db: float = 0.0
    """Gain before the limiter, in dB."""
    ceiling_dbfs: float = -6.0
    """No sample ever exceeds this level (dB re full scale)."""
    full_scale_db_spl: float | None = None
    """Sound pressure at the ear of a full-scale sine of 1 kHz, measured with a meter, in dB SPL; without it no limit of
    loudness is claimed."""
    loudest_db_spl: float = 85.0
    """No second of sound is louder than this (dB SPL, A-weighted); needs --full-scale-db-spl."""
    max_age_ms: float = 200.0
    """Fade out when what would be heard is older than this."""
    fade_ms: float = 10.0
    """Length of the fades at mute, unmute, and where the data become too old and return."""
    artefacts: str = "hold"
    """Where many channels are far above their training (a cable, chewing, a seizure): hold the voice, say it only, or
    ignore it."""
    artefact_sd: float = 4.0
    """Far means more than so many standard deviations of the training."""

    def __post_init__(self) -> None:
        if self.artefacts not in ARTEFACT_POLICIES:
            raise OptionError(f"--artefacts {self.artefacts!r}: expected {', '.join(ARTEFACT_POLICIES)}")
        check_range(self, "artefact_sd", 2.0, 9.0, "standard deviations")
        check_range(self, "gain_db", *GAIN_RANGE_DB, "dB; the limiter is no volume control")
        check_range(self, "ceiling_dbfs", -120.0, 0.0, "dB re full scale")
        check_range(self, "full_scale_db_spl", 40.0, 160.0, "dB SPL")
        check_range(self, "loudest_db_spl", 20.0, 120.0, "dB SPL")
        if self.full_scale_db_spl is None and self.loudest_db_spl != SafetySettings.loudest_db_spl:
            raise OptionError(
                "--loudest-db-spl goes with --full-scale-db-spl: without the measured level of full scale it limits "
                "nothing"
            )
        check_range(self, "max_age_ms", 1.0, 60_000.0, "ms")
        check_range(self, "fade_ms", 0.1, 10_000.0, "ms")

    @property
    def loudness(self) -> str:
        """What is promised of the loudness at the ear, in words."""
        if self.full_scale_db_spl is None:
            return "loudness not calibrated (--full-scale-db-spl)"
        return f"no second above {self.loudest_db_spl:g} dB SPL, A-weighted"


@dataclass(frozen=True)
class GapPolicy:
    """What happens when samples are missing or late."""

    carry_s: float = 0.25
    """Gaps up to this long are counted and carried over; longer ones start a new segment."""
    max_backlog_s: float = 0.5
    """More unprocessed signal than this is dropped to the newest, counted and logged."""
    keep_s: float = 0.05
    """How much of the newest signal survives such a drop."""

    def __post_init__(self) -> None:
        check_range(self, "carry_s", 0.0, 60.0, "s")
        check_range(self, "max_backlog_s", 0.01, 60.0, "s")
        check_range(self, "keep_s", 0.0, self.max_backlog_s, "s (--max-backlog-s)")


@dataclass(frozen=True)
class HangPolicy:
    """What happens when a process of the session, or the whole machine, stands still."""

    hung_s: float = 0.75
    """Engine, recorder or window without a sign of life for this long is said to hang, in seconds."""
    second_recorder_s: float = 2.0
    """A recorder that hangs for this long gets a second one beside it, with a file of its own, in seconds."""
    new_window_s: float = 10.0
    """A window that hangs for this long is ended and a new one is opened, in seconds."""
    slept_s: float = 2.0
    """Where everything stood still for this long, the machine is said to have slept, in seconds."""

    def __post_init__(self) -> None:
        check_range(self, "hung_s", 0.5, 3600.0, "s")
        check_range(self, "second_recorder_s", self.hung_s, 86_400.0, "s (from --hung-s on)")
        check_range(self, "new_window_s", self.hung_s, 86_400.0, "s (from --hung-s on)")
        check_range(self, "slept_s", 1.0, 86_400.0, "s")


@dataclass(frozen=True)
class DiskPolicy:
    """What happens when the disk of the recording fills up."""

    disk_least_min: float = 10.0
    """Minutes of recording that must fit on the disk before anything starts."""
    disk_warn_h: float = 1.0
    """Hours left on the disk below which it is said, and stays said; 0: never."""
    disk_reserve_min: float = 5.0
    """Minutes left at the recording's own pace below which what can be made again is not written any more (decoded.wav;
    voice, mel and features in the recording), so that the signal goes on."""

    def __post_init__(self) -> None:
        check_range(self, "disk_least_min", 0.0, 10_000.0, "minutes")
        check_range(self, "disk_warn_h", 0.0, 1000.0, "hours")
        check_range(self, "disk_reserve_min", 0.0, 10_000.0, "minutes")


@dataclass(frozen=True)
class MemoryPolicy:
    """What happens when this machine's memory fills up."""

    memory_warn_h: float = 2.0
    """Hours until the session's own processes fill this machine's memory, at the pace of the last ten minutes, below
    which it is said, and stays said; 0: never."""
    memory_least_mb: float = 500.0
    """MB of memory left on this machine below which it is said, whoever takes it; 0: never."""

    def __post_init__(self) -> None:
        check_range(self, "memory_warn_h", 0.0, 1000.0, "hours")
        check_range(self, "memory_least_mb", 0.0, 1e6, "MB")


@dataclass(frozen=True)
class SessionSettings:
    """All that a session is asked to be.

    Raises
    ------
    OptionError
        A value that is out of range, not a number, or goes with no other.
    """

    bundle: Path
    """Decoder bundle, as `python -m offline.train` writes it."""
    source: Path | None = None
    """An XDF recording to replay over LSL and decode, instead of a live stream."""
    label_map: Path | None = None
    """TOML file of lines such as A1 = "EEG 12", where the stream's labels are not told from the decoder's."""
    inlet: InletSettings = field(default_factory=InletSettings)
    out: Path = Path("recordings")
    """Folder that gets the session's own folder."""
    session: str = "session"
    """Name of the session, part of its folder's name."""
    headless: bool = False
    """No window."""
    seconds: float | None = None
    """Stop after so many seconds."""
    safety: SafetySettings = field(default_factory=SafetySettings)
    gaps: GapPolicy = field(default_factory=GapPolicy)
    hangs: HangPolicy = field(default_factory=HangPolicy)
    condition: ConditionSettings = field(default_factory=ConditionSettings)
    adapt: AdaptSettings = field(default_factory=AdaptSettings)
    device: str = "cpu"
    """Where decoder and vocoder run: cpu, cuda, cuda:N or auto."""
    sound_device: str = "auto"
    """Sound device by name or index (see `devices`), auto (the default one, or none with a notice) or none."""
    profile: ProfileName = "default"
    """Delay against quality: fast takes no vocoder lookahead and a short sound buffer at the start; options that are
    given themselves hold against it."""
    prefill_ms: float | None = None
    """Sound that waits before the card at the start, later as much as packets and jitter need (23.2; fast: 17.4); never
    more than half of what --max-age-ms leaves for it."""
    vocoder: str = ""
    """Another vocoder than the bundle's, by name."""
    weights: str = ""
    """File of weights for --vocoder, where it needs one."""
    lookahead_ms: float | None = None
    """Another vocoder lookahead than the bundle's (0, 5.8, 11.6, 17.4 or 23.2 ms)."""
    gate: GateMode = "auto"
    """Let the voice out only while the bundle's speech gate hears speech in the brain: on, off, or auto (on where the
    gate was good enough on the held-out part of its training, and nothing of that is in doubt)."""
    gate_open: float | None = None
    """Probability of speech at which the gate opens, in place of the one that training chose."""
    gate_close: float | None = None
    """Probability under which it closes."""
    fade_unsure: bool = False
    """Fade the voice out while the decoder is unsure, by what it learnt of its own errors. Never with conditions."""
    hold_to_talk: bool = False
    """Let the voice out only while the key T is held in the window."""
    loop_watch: bool = True
    """Find out whether the voice is made by its own sound: where it is heard for ten seconds without a pause, its sound
    is left out for half a second, at longer and longer intervals, on record (--no-loop-watch: not). Never with
    conditions."""
    microphone: str = "none"
    """Name or source_id of the microphone whose sound is looked for in the electrodes; auto: the only stream of type
    Audio; none: it is not looked for."""
    expect: tuple[str, ...] = ()
    """Streams that must not be missing, by name, type or source_id: nothing starts before all of them send, and it is
    said when one fails."""
    expect_silent_s: float = 3.0
    """How long an expected stream may send nothing, in seconds."""
    disk: DiskPolicy = field(default_factory=DiskPolicy)
    memory: MemoryPolicy = field(default_factory=MemoryPolicy)
    record: bool = True
    """Record all streams of the session to session.xdf (--no-record: not)."""
    salvage: bool = False
    """Use the whole part of a --source that is cut off or damaged."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.session):
            raise OptionError(f"--session {self.session!r}: expected letters, digits, '.', '_' and '-' only")
        if self.seconds is not None:
            check_range(self, "seconds", 0.0, 7 * 86_400.0, "s")
        check_range(self, "prefill_ms", 1.0, 1000.0, "ms")
        check_range(self, "expect_silent_s", 0.5, 3600.0, "s")
        check_names(self.expect)
        if self.expect and not self.record:
            raise OptionError("--expect goes with a recording: leave --no-record or --expect out")
        if self.lookahead_ms is not None:
            check_range(self, "lookahead_ms", 0.0, 1000.0, "ms")
        for name in ("gate_open", "gate_close"):
            check_range(self, name, 0.0, 1.0, "(a probability)")
        if self.fade_unsure and self.condition.used:
            raise OptionError("--fade-unsure: expected no conditions, whose sound it would change; leave one out")
        if self.gate == "off" and (self.gate_open is not None or self.gate_close is not None):
            raise OptionError("--gate-open and --gate-close say when the gate opens; expected none with --gate off")
        if self.salvage and self.source is None:
            raise OptionError("--salvage goes with --source: a live stream is no file")
        if self.weights and not self.vocoder:
            raise OptionError("--weights goes with --vocoder: name the vocoder that they are for")

    @property
    def prefill_s(self) -> float:
        """Sound that waits before the card at the start, in seconds."""
        prefill_ms = PROFILES[self.profile].prefill_ms if self.prefill_ms is None else self.prefill_ms
        return prefill_ms / 1e3

    @property
    def vocoder_lookahead_ms(self) -> float | None:
        """Another vocoder lookahead than the bundle's, by option or profile."""
        return PROFILES[self.profile].lookahead_ms if self.lookahead_ms is None else self.lookahead_ms
