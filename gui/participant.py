"""A participant's profile: what a session needs to know, in one TOML file that is kept and chosen first."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from bk_realtime.config import to_dict, write_toml
from bk_realtime.errors import BkError, OptionError
from bk_realtime.plain_files import read_toml
from bk_realtime.session.settings import GAIN_RANGE_DB, InletSettings, SafetySettings
from bk_realtime.shipped import BUNDLE, RECORDING
from bk_realtime.typed import Within, from_dict

DEMO = "demo"
"""The participant who is always there: simulated, with nothing connected."""
MARKER_KEYS = ("F5", "F7", "F8", "F9", "F10", "F11")
"""Free for markers: F1 lists keys, F6 is the next condition."""
MAINS_HZ = (50.0, 60.0)
_NAME = re.compile(r"[A-Za-z0-9._-]{1,60}")
HOME = Path.home() / "BrainKaraoke"


@dataclass(frozen=True)
class Participant:
    """All that is the participant's own; what is not said is as `python -m bk_realtime run` has it by default.

    Raises
    ------
    OptionError
        A value that is out of range or goes with no other.
    """

    name: str
    """Letters, digits, '.', '_' and '-'; also the name of the file."""
    bundle: Path | None = None
    """Decoder bundle; none: nothing was trained yet."""
    stream: InletSettings = field(default_factory=InletSettings)
    """Which LSL stream is decoded."""
    label_map: Path | None = None
    """TOML file of lines such as A1 = "EEG 12"."""
    source: Path | None = None
    """A recording that is replayed in place of an amplifier: SIMULATED."""
    sound_device: str = "auto"
    """By name or index; auto: the system's default, or none with a notice."""
    safety: SafetySettings = field(default_factory=SafetySettings)
    """Gain at the start, ceiling, loudness; a session from the window always starts muted."""
    gain_most_db: Annotated[float, Within(*GAIN_RANGE_DB)] = GAIN_RANGE_DB[1]
    """The window's slider goes no further."""
    microphone: str = "none"
    """Name or source_id of the microphone's stream; auto: the only one; none: it is not looked for."""
    expect: tuple[str, ...] = ()
    """Streams that must not be missing, by name, type or source_id."""
    mains_hz: float = MAINS_HZ[0]
    """Of this country, 50 or 60: decoders are trained without it, and Check looks for it."""
    leave_out: tuple[str, ...] = ()
    """Channels of the stream, by label, that the decoder is not to use."""
    marker_keys: dict[str, str] = field(default_factory=dict)
    """Marker that a key writes: F5 = "cough"."""
    word_list: Path | None = None
    """CSV file of words or sentences for the Record step."""
    session: str = ""
    """Name of the sessions, part of their folders' names; empty: the participant's."""
    out: Path = HOME / "recordings"
    """Folder that gets the sessions' own folders."""

    def __post_init__(self) -> None:
        for value, what in ((self.name, "name"), (self.session, "session")):
            if (value or what == "name") and not _NAME.fullmatch(value):
                raise OptionError(f"{what}: expected up to 60 letters, digits, '.', '_' and '-', got {value!r}")
        if self.mains_hz not in MAINS_HZ:
            raise OptionError(f"mains_hz {self.mains_hz:g}: expected 50 or 60")
        if self.safety.unmuted:
            raise OptionError("safety.unmuted: a session from the window starts muted; expected false")
        if self.safety.gain_db > self.gain_most_db:
            raise OptionError(
                f"safety.gain_db {self.safety.gain_db:g}: expected at most gain_most_db {self.gain_most_db:g}"
            )
        for key in self.marker_keys:
            if key not in MARKER_KEYS:
                raise OptionError(f"marker_keys: {key!r} is not free; expected one of {', '.join(MARKER_KEYS)}")

    @property
    def simulated(self) -> bool:
        """Whether a recording stands in for an amplifier."""
        return self.source is not None

    def options(self) -> list[str]:
        """Options of `python -m bk_realtime run` that say the same; without a bundle there is no session.

        Raises
        ------
        OptionError
            No bundle.
        """
        if self.bundle is None:
            raise OptionError(f"{self.name}: no decoder yet; train one, or choose its folder in Check")
        return ["--bundle", str(self.bundle), *self.untrained_options()]

    def stream_options(self) -> list[str]:
        """Options that name the stream, for commands that take no others."""
        return _options(self.stream)

    def untrained_options(self) -> list[str]:
        """The same without a bundle: what `preflight` can look at before anything was trained."""
        said = ["--out", str(self.out), "--session", self.session or self.name]
        said += ["--sound-device", self.sound_device, "--microphone", self.microphone]
        for option, path in (("--source", self.source), ("--label-map", self.label_map)):
            said += [] if path is None else [option, str(path)]
        for settings in (self.stream, self.safety):
            said += _options(settings)
        return [*said, *(["--expect", *self.expect] if self.expect else [])]


def _options(settings: InletSettings | SafetySettings) -> list[str]:
    """Options for what differs from the default."""
    said: list[str] = []
    for one in dataclasses.fields(settings):
        value = getattr(settings, one.name)
        if value != one.default:
            words = map(str, value) if isinstance(value, tuple) else [str(value)]
            said += ["--" + one.name.replace("_", "-"), *words]
    return said


def demo() -> Participant:
    """The demo: the recording that ships, decoded by the decoder that ships."""
    return Participant(DEMO, bundle=BUNDLE, source=RECORDING)


class Profiles:
    """Profiles of this user, one file each.

    Parameters
    ----------
    folder : where they lie; made when the first one is saved.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """All there are; the demo is the last one."""
        found = sorted(path.stem for path in self.folder.glob("*.toml") if _NAME.fullmatch(path.stem))
        return [*(name for name in found if name != DEMO), DEMO]

    def path(self, name: str) -> Path:
        """Where the profile of this name lies."""
        return self.folder / f"{name}.toml"

    def load(self, name: str) -> Participant:
        """Read one; paths in it count from its folder.

        Raises
        ------
        BkError
            No such profile, or one that cannot be used; one line.
        """
        if name == DEMO:
            return demo()
        path = self.path(name)
        values = read_toml(path)
        if values.setdefault("name", name) != name:
            raise OptionError(f"{path}: expected name {name!r}, as the file is called, got {values['name']!r}")
        read = from_dict(Participant, values, str(path))
        found = {key: getattr(read, key) for key in ("bundle", "label_map", "source", "word_list", "out")}
        placed = {key: value and self.folder / value.expanduser() for key, value in found.items()}
        return dataclasses.replace(read, **placed)

    def save(self, participant: Participant) -> Path:
        """Write one, replacing the one of that name in one move; where it lies.

        Raises
        ------
        BkError
            It is the demo, or cannot be written.
        """
        if participant.name == DEMO:
            raise OptionError("demo: it always is as it ships; give a profile of your own another name")
        path = self.path(participant.name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_toml(path, to_dict(participant))
        except OSError as error:
            raise BkError(f"{path}: cannot be written ({error.strerror or error})") from None
        return path
