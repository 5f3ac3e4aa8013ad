"""The one place that knows how PortAudio is found, and how it fails."""

from __future__ import annotations

from typing import Any

from bk_realtime.errors import BkError


def portaudio() -> Any:
    """The sounddevice module, or a :class:`BkError` where PortAudio is missing or cannot start."""
    try:
        import sounddevice
    except ImportError as error:
        raise BkError(f"no sound device: the package sounddevice is missing ({error}); run make install") from None
    except OSError as error:
        raise BkError(f"no sound device: {error}; install PortAudio (Debian: libportaudio2)") from None
    except Exception as error:  # PortAudioError cannot be named here: its module is what fails to import
        if type(error).__name__ != "PortAudioError":
            raise
        raise BkError(f"no sound device: PortAudio does not start ({reason(error)})") from None
    return sounddevice


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


def no_device(wanted: str | int | None, sd: Any, error: Exception) -> str:
    """Why ``wanted`` cannot be opened, and what can."""
    names = [str(info["name"]) for info in sd.query_devices() if info["max_output_channels"] > 0]
    if not names:
        return "no sound device: PortAudio finds no output at all; plug one in or start the sound server"
    if wanted is None:
        return f"no default sound device ({reason(error)}); choose one with --output: {', '.join(names[:6])}"
    return f"no sound device {wanted!r} ({reason(error)}); found: {', '.join(names[:6])}"


def reason(error: Exception) -> str:
    """PortAudio's own words, on one line."""
    return " ".join(str(error.args[0] if error.args else error).split())
