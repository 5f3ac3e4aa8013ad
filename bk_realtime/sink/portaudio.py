"""The one place that knows how PortAudio and its devices are found, and how they fail."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bk_realtime.errors import DeviceError


def portaudio() -> Any:
    """The sounddevice module, or a :class:`DeviceError` where PortAudio is missing or cannot start."""
    try:
        import sounddevice
    except ImportError as error:
        raise DeviceError(f"no sound device: the package sounddevice is missing ({error}); run make install") from None
    except OSError as error:
        raise DeviceError(f"no sound device: {error}; install PortAudio (Debian: libportaudio2)") from None
    except Exception as error:  # PortAudioError cannot be named here: its module is what fails to import
        if type(error).__name__ != "PortAudioError":
            raise
        raise DeviceError(f"no sound device: PortAudio does not start ({reason(error)})") from None
    return sounddevice


def list_anew(sd: Any) -> None:
    """Let PortAudio look again: it lists devices once, and only a restart sees one that was plugged in since.

    Raises
    ------
    PortAudioError
        It does not start again; the next try may.
    """
    with contextlib.suppress(sd.PortAudioError):  # it is not running where the last restart failed
        sd._terminate()
    sd._initialize()


def output_devices() -> list[dict[str, Any]]:
    """Sound devices that can play, as PortAudio lists them: index, name, channels, rate, latency, default."""
    sd = portaudio()
    default = sd.default.device[1]
    return [
        {
            "index": int(info["index"]),
            "name": str(info["name"]),
            "channels": int(info["max_output_channels"]),
            "sample_rate": float(info["default_samplerate"]),
            "latency_s": float(info["default_low_output_latency"]),
            "default": int(info["index"]) == default,
        }
        for info in sd.query_devices()
        if info["max_output_channels"] > 0
    ]


@dataclass(frozen=True)
class OutputDevice:
    """A device to play on: number, name, name of the sound system that lists it (one device may be listed by several:
    MME, WASAPI ...), delay that it reports in seconds, and the rate in Hz and channels that it takes as 32-bit float;
    ``socket``: where it is plugged in, or its name; ``listed``: number, name and system of all outputs at that time.
    """

    index: int
    name: str
    host: str
    latency_s: float
    rate: int
    channels: int
    listed: tuple[tuple[int, str, str], ...] = ()
    socket: str = ""


def choose_output(
    sd: Any, wanted: str | int | None, sample_rate: int, before: OutputDevice | None = None
) -> OutputDevice:
    """Find a device and how it is opened: at ``sample_rate``, or else at its own rate.

    Parameters
    ----------
    wanted : name (or part of it) or index, also as text; None: the system's default output.
    before : what was played on until it was lost. Then it is that very device or none: the system deals out numbers
        and the default anew when a device goes, and a voice meant for headphones must not go on aloud.

    Raises
    ------
    DeviceError
        No such device, or it takes neither rate.
    """
    wanted = int(wanted) if isinstance(wanted, str) and wanted.isdigit() else wanted
    if before is None:
        try:
            info = sd.query_devices(wanted, "output")
        except (ValueError, sd.PortAudioError) as error:
            raise DeviceError(no_device(wanted, sd, error)) from None
    else:
        outputs = [i for i in sd.query_devices() if i["max_output_channels"] > 0 and _host(sd, i) == before.host]
        found = [i for i in outputs if same_name(i["name"]) == same_name(before.name)]
        twins = [
            name for _, name, host in before.listed if (same_name(name), host) == (same_name(before.name), before.host)
        ]
        if len(twins) > 1:  # of several equal ones only the number tells which it was
            found = [i for i in found if i["name"] == before.name]
        if len(found) > 1 and _listed(sd) == before.listed:  # duplicates, and nothing was plugged or dealt out anew
            found = [i for i in found if int(i["index"]) == before.index]
        if len(found) != 1:
            raise DeviceError(f"sound device {before.name!r}: expected one, found {len(found)}; plug it in again")
        info = found[0]
    index, name = int(info["index"]), str(info["name"])
    for rate in (sample_rate, int(info["default_samplerate"])):
        for channels in (1, 2):
            try:
                sd.check_output_settings(index, channels=channels, dtype="float32", samplerate=rate)
            except (ValueError, sd.PortAudioError):
                continue
            latency_s = float(info["default_low_output_latency"])
            return OutputDevice(index, name, _host(sd, info), latency_s, rate, channels, _listed(sd), socket_of(name))
    raise DeviceError(
        f"sound device {name!r} takes neither {sample_rate} Hz nor its own default rate as 32-bit float; "
        "choose another with --sound-device"
    )


def socket_of(name: str, cards: Path = Path("/sys/class/sound")) -> str:
    """Where a device is plugged in, as far as the system tells (Linux's own names ``(hw:1,0)``), else its name."""
    number = re.search(r"\(hw:(\d+),(\d+)\)", name)
    if number is None or not (cards / f"card{number[1]}" / "device").exists():
        return name
    return f"{(cards / f'card{number[1]}' / 'device').resolve()},{number[2]}"


def same_name(name: str) -> str:
    """A device's name without the number that the system deals out at each plug: ``(hw:1,0)``, ``(2- USB)``."""
    return re.sub(r"\(\d+- ", "(", re.sub(r"\(hw:\d+,", "(hw:", str(name)))


def _host(sd: Any, info: dict[str, Any]) -> str:
    return str(sd.query_hostapis(info["hostapi"])["name"])


def _listed(sd: Any) -> tuple[tuple[int, str, str], ...]:
    outputs = [info for info in sd.query_devices() if info["max_output_channels"] > 0]
    return tuple((int(info["index"]), str(info["name"]), _host(sd, info)) for info in outputs)


def no_device(wanted: str | int | None, sd: Any, error: Exception) -> str:
    """Why ``wanted`` cannot be opened, and what can."""
    names = [str(info["name"]) for info in sd.query_devices() if info["max_output_channels"] > 0]
    if not names:
        return "no sound device: PortAudio finds no output at all; plug one in or start the sound server"
    if wanted is None:
        return f"no default sound device ({reason(error)}); choose one with --sound-device: {', '.join(names[:6])}"
    return f"no sound device {wanted!r} ({reason(error)}); found: {', '.join(names[:6])}"


def reason(error: Exception) -> str:
    """PortAudio's own words, on one line."""
    return " ".join(str(error.args[0] if error.args else error).split())
