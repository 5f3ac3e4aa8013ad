"""One session of a simulated participant: what can be asked for, the session in memory, and its file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro

from bk_realtime.clock import SAMPLE_RATE, rational_rate
from bk_realtime.config import write_toml
from bk_realtime.errors import FileError, OptionError
from bk_realtime.files import atomic
from offline.io.options import ReadOptions
from offline.io.recording import Recording
from offline.io.sound import sound_files
from offline.simulation import background as bg
from offline.simulation.coupling import add_high_gamma, add_low_frequency
from offline.simulation.day import Day, on_day
from offline.simulation.noise import noise_spectrum
from offline.simulation.participant import Participant, make_participant
from offline.simulation.speech import SpeechTrack, cued_session, word_session
from offline.simulation.write import Clocks, write_session


@dataclass(frozen=True)
class Simulate:
    """Make an XDF recording of a word-reading session by a SIMULATED participant from any speech audio."""

    speech: Annotated[tuple[Path, ...], tyro.conf.arg(metavar="FILE_OR_FOLDER...")]
    """Speech: one clip a word (or sentence), or one whole session together with --words."""
    out: Path
    """XDF file to write; its name gets "simulated" in it unless it has it or is demo.xdf."""
    words: Path | None = None
    """Table (tab-separated onset, offset, word) of a whole session's own cadence."""
    channels: int = 64
    """Electrode contacts."""
    sfreq: float = 1024.0
    """Neural sampling rate in Hz."""
    sample_rate: int = SAMPLE_RATE
    """Audio sampling rate in Hz."""
    seconds: float | None = None
    """Length in seconds; by default every clip is spoken once."""
    coupling: float = 1.0
    """Scale of the high-gamma rise in dB; 0 makes a brain that knows nothing of the speech."""
    low_coupling: float = 0.0
    """Scale of a slow wave (0.5-30 Hz, with a sign) that follows speech beside the high gamma; 1: a third of the
    contact's own background; 0: none."""
    bad: int | None = None
    """Bad channels (flat or noisy); by default one in sixteen."""
    noise: Path | None = None
    """Real recording (npz, EDF, BrainVision, ...) that the background follows."""
    noise_mode: str = "auto"
    """samples (the real samples), fit (their spectrum and correlation) or auto (by length)."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="noise")] = field(default_factory=ReadOptions)
    """How to read --noise."""
    line_freq: float = 50.0
    """Mains frequency in Hz; 0 for none."""
    artefacts: float = 2.0
    """Spikes, pops and movements a minute."""
    audio_ppm: float = 30.0
    """How much faster than nominal the microphone's clock runs, parts per million."""
    seed: int = 0
    """Everything random about this session."""
    participant: int = 1
    """Everything fixed about the person: contacts, tuning, lags, gains, bad channels."""
    day: int = 1
    """Which day of that person. From the second on some contacts are lost, renamed (OUT.labels.toml says which, for
    --label-map of other commands) or on other inputs, responses and levels have drifted, and the rest of the session
    is another one than on the first day with the same seed."""
    overwrite: bool = False
    """Replace an existing file."""

    @property
    def session_seed(self) -> int:
        """What everything random about the session comes from: on two days of one seed nothing is the same noise."""
        if self.day == 1:
            return self.seed
        return int(np.random.default_rng([self.seed, 13, self.day]).integers(1 << 31))

    def speech_track(self) -> SpeechTrack:
        """The sound of the session and its cues, from the speech files.

        Raises
        ------
        BkError
            A length or rate out of range, no usable speech, or a table of words that does not fit.
        """
        rng = np.random.default_rng([self.session_seed, 0])
        if self.seconds is not None and not 1 <= self.seconds <= 36_000:
            raise OptionError(f"--seconds {self.seconds:g}: expected 1 to 36000")
        if not 8000 <= self.sample_rate <= 96_000:
            raise OptionError(f"--sample-rate {self.sample_rate}: expected 8000 to 96000 Hz")
        files = sound_files(self.speech)
        if self.words is None:
            return word_session(files, rng, self.sample_rate, self.seconds)
        if len(files) != 1:
            raise OptionError(
                f"--words {self.words} tells the cadence of one sound file, but --speech names {len(files)}"
            )
        return cued_session(files[0], self.words, rng, self.sample_rate, self.seconds)


@dataclass(frozen=True, eq=False)
class Simulation:
    """A simulated session in memory: ``neural`` (n, n_channels) µV from time 0 on, and the sound track."""

    participant: Participant
    track: SpeechTrack
    neural: np.ndarray
    sfreq: Fraction
    audio_rate: float
    markers: list[tuple[float, str]]
    notes: tuple[str, ...] = ()
    day: Day | None = None
    """What is not as on the first day; None on the first."""

    def recording(self, name: str = "simulated") -> Recording:
        """The session as a reader would return it."""
        return Recording(
            neural=self.neural,
            sfreq=self.sfreq,
            labels=self.participant.labels,
            audio=self.track.audio,
            sample_rate=self.track.sample_rate,
            audio_rate=self.audio_rate,
            markers=self.markers,
            name=name,
            simulated=True,
            bad=tuple(self.participant.bad),
        )


def simulate(settings: Simulate, track: SpeechTrack | None = None) -> Simulation:
    """Run the simulation; ``track`` replaces the speech files.

    Returns
    -------
    Simulation
        ``neural`` starts with the audio and is as long as it.
    """
    if not 200 <= settings.sfreq <= 50_000:
        raise OptionError(f"--sfreq {settings.sfreq:g}: expected 200 to 50000 Hz (the 70-170 Hz band must fit)")
    track = track or settings.speech_track()
    first = make_participant(
        settings.channels, settings.participant, settings.coupling, settings.bad, settings.low_coupling
    )
    day, seed = on_day(first, settings.participant, settings.day), settings.session_seed
    person = day.participant
    sfreq = rational_rate(settings.sfreq)
    rate = float(sfreq)
    audio_rate = track.sample_rate * (1 + settings.audio_ppm * 1e-6)
    n = int(len(track.audio) / audio_rate * rate)
    notes: list[str] = []
    if settings.noise is None:
        spectrum = bg.Spectrum(bg.default_amplitude, bg.default_mixing(person))
    else:
        spectrum = noise_spectrum(person, settings.noise, rate, settings.noise_mode, settings.read, notes)
    x = bg.background(person, n, rate, spectrum, seed)
    add_high_gamma(x, person, rate, track.audio, track.sample_rate, audio_rate, 0.0, seed)
    add_low_frequency(x, person, rate, track.audio, track.sample_rate, audio_rate)
    bg.add_line_noise(x, person, rate, settings.line_freq, seed)
    bg.add_artefacts(x, person, rate, seed, settings.artefacts)
    bg.spoil_bad_channels(x, person, seed)
    markers = [(t * track.sample_rate / audio_rate, text) for t, text in track.markers]
    later = None if settings.day == 1 else day
    return Simulation(person, track, x, sfreq, audio_rate, markers, tuple(notes), later)


def simulation_facts(settings: Simulate, made: Simulation) -> dict[str, Any]:
    """What was simulated, for the stream's metadata and the printed summary."""
    person = made.participant
    low = {}
    if settings.low_coupling:  # nothing is said of what is not there: files of before stay the same to the byte
        gains = zip(person.labels, person.low_gain, strict=True)
        low = {"low_coupling": settings.low_coupling, "low_gain": {label: round(float(g), 3) for label, g in gains}}
    return {
        **low,
        "simulated": True,
        "participant": settings.participant,
        "seed": settings.seed,
        "coupling": settings.coupling,
        "noise": settings.noise.name if settings.noise else "built-in spectrum",
        "line_freq": settings.line_freq,
        "audio_ppm": settings.audio_ppm,
        "bad_channels": person.bad,
        **({} if made.day is None else made.day.facts(settings.day)),
        "contacts": {
            label: {"follows": feature, "band": int(w.argmax()) if feature == "band" else -1,
                    "gain_db": round(float(g), 2), "lag_ms": round(float(lag) * 1e3)}
            for label, feature, w, g, lag in zip(
                person.labels, person.feature, person.weights, person.gain_db, person.lag_s, strict=True
            )
        },
    }  # fmt: skip


def simulated_name(out: Path) -> Path:
    """``out`` with "simulated" in its name, so that no file can pass for a patient's."""
    if "simulated" in out.name.lower() or out.name == "demo.xdf":
        return out
    return out.with_name(f"{out.stem}_simulated{out.suffix}")


def write_simulation(settings: Simulate) -> list[str]:
    """Simulate a session and write its file.

    Returns
    -------
    What was made, as lines to print.

    Raises
    ------
    BkError
        ``out`` is no name of an XDF file, or exists and may not be replaced; or what :func:`simulate` refuses.
    """
    if settings.out.suffix.lower() != ".xdf":
        raise OptionError(f"--out {settings.out}: expected a file name that ends in .xdf")
    out = simulated_name(settings.out)
    if out.exists() and not settings.overwrite:
        raise FileError(f"{out} exists already; name another file or add --overwrite")
    names = out.with_suffix(".labels.toml")
    if settings.day > 1 and names.exists() and not settings.overwrite:
        raise FileError(f"{names} exists already; name another file or add --overwrite")
    made = simulate(settings)
    person, track = made.participant, made.track
    with atomic(out) as part:
        digest = write_session(
            part, made.neural, float(made.sfreq), person.labels, track.audio, track.sample_rate, made.audio_rate,
            made.markers, simulation_facts(settings, made), Clocks(), settings.session_seed,
        )  # fmt: skip
    if made.day is not None and made.day.renamed:
        write_toml(names, made.day.renamed)
    elif settings.overwrite:
        names.unlink(missing_ok=True)  # of what was overwritten: it would rename channels of another day
    minutes, size = track.duration_s / 60, out.stat().st_size / 1e6
    following = Counter(person.feature)
    silent = following.pop("none", 0)
    used = person.gain_db[person.gain_db > 0]
    gains = [f"  high-gamma gain: median {np.median(used):.1f} dB, {used.min():.1f} to {used.max():.1f} dB"]
    slow = np.abs(person.low_gain[person.low_gain != 0])
    usual = float(np.median(slow)) if len(slow) else 0.0
    waves = [f"  0.5-30 Hz wave: {len(slow)} contacts, median {usual:.2f} of their background (RMS)"]
    return [
        f"{out}: SIMULATED participant {settings.participant}, {minutes:.1f} min, {size:.1f} MB",
        f"  {person.n_channels} contacts at {float(made.sfreq):g} Hz, µV; audio {track.sample_rate} Hz",
        f"  follow speech: {', '.join(f'{v} {k}' for k, v in following.most_common())}; {silent} follow nothing",
        *(gains if len(used) else ()),
        *(waves if len(slow) else ()),
        *(f"  noise: {note}" for note in made.notes),
        *(() if made.day is None else made.day.lines(settings.day, names.name)),
        f"  bad channels: {', '.join(f'{k} ({v})' for k, v in person.bad.items()) or 'none'}",
        f"  words: {sum(text.startswith('start;') for _, text in made.markers)}; sha256 {digest}",
    ]
