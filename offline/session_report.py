"""`python -m offline.session_report SESSION`: what a live session did, checked against its own recording.

Reads the session folder: latency figures, faults, and, from session.xdf, the neural signal as it was recorded. The
signal is decoded again offline from the same sample on; live and offline must agree. Where a microphone was recorded
the decoded mel is scored against it, beside a baseline decoder and the mean spectrum.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import soundfile
import tyro
from rich.console import Console
from rich.table import Table

from bk_realtime.chain import Chain
from bk_realtime.chunks import microvolt_scale
from bk_realtime.clock import FrameClock
from bk_realtime.config import read_toml
from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.errors import BkError, exit_cleanly
from bk_realtime.session.events import read_events
from bk_realtime.session.names import OUTLET_PREFIX
from bk_realtime.vocoder import log_mel
from bk_realtime.xdf.reader import XdfStream, read_xdf
from offline.data.align import aligned_audio
from offline.inspection.session_picture import session_picture
from offline.io import read_recording
from offline.scoring.mel import mean_correlation, speech_mask


@dataclass
class SessionReport:
    """Check a session folder and print its figures."""

    session: Annotated[Path, tyro.conf.Positional]
    """Session folder, as `python -m bk_realtime run` leaves it."""
    baseline: Path | None = None
    """Another decoder bundle to score on the same signal, e.g. ridge."""

    def run(self) -> int:
        """Print the report; 1 when live and offline disagree, else 0."""
        console = Console(highlight=False, width=110)
        latency = self._json("latency.json")
        settings = read_toml(self.session / "session.toml")
        bundle = load_bundle(settings["settings"]["bundle"])
        _print_latency(console, latency)
        segment = LiveSegment.longest(self.session, settings, bundle)
        agreement = segment.agreement()
        for name, value, limit, _ in agreement:
            console.print(f"{name}: {value:.3g} (limit {limit:g})")
        scores = segment.scores(None if self.baseline is None else load_bundle(self.baseline))
        if scores:
            _print_scores(console, scores, segment.simulated)
        else:
            console.print("no microphone in the recording: nothing to score against")
        summary = {"latency": latency, "agreement": {n: v for n, v, _, _ in agreement}, "scores": scores}
        (self.session / "report.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
        (self.session / "report.png").write_bytes(segment.picture())
        console.print(f"session folder: {self.session} (report.json, report.png)")
        wrong = [n for n, v, limit, better in agreement if not (v <= limit if better == "less" else v >= limit)]
        if wrong:
            print(f"error: live and offline decoding disagree: {', '.join(wrong)}", file=sys.stderr)
        return 1 if wrong else 0

    def _json(self, name: str) -> dict[str, Any]:
        path = self.session / name
        try:
            values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, json.JSONDecodeError) as error:
            raise BkError(f"{path}: expected a session's figures ({error}); is this a session folder?") from None
        return values


@dataclass(frozen=True, eq=False)
class LiveSegment:
    """The longest stretch that the engine decoded without a reset, and the signal it had.

    Attributes
    ----------
    bundle : the decoder that ran.
    neural : (n, n_channels) float64, µV, from the engine's first sample on.
    mel : (m, n_mels) float32 as it went out live.
    frame_idx : (m,) which frame from the start each of them is: a recorder that connects late misses the first ones.
    audio : (k,) float32 decoded voice as it was saved live, from the same start; empty after a reset.
    """

    session: Path
    bundle: Bundle
    labels: tuple[str, ...]
    neural: np.ndarray
    mel: np.ndarray
    frame_idx: np.ndarray
    audio: np.ndarray
    first_sample: int
    stream_name: str
    simulated: bool

    @classmethod
    def longest(cls, session: Path, settings: dict[str, Any], bundle: Bundle) -> LiveSegment:
        """Find it from the events and the recording."""
        path = session / "session.xdf"
        streams = read_xdf(path)
        live = [s for s in streams if s.description.name == f"{OUTLET_PREFIX}mel"]
        neural = [s for s in streams if s.description.is_neural and set(bundle.labels) <= set(s.description.labels)]
        if len(neural) != 1 or len(live) != 1:
            raise BkError(
                f"{path}: expected one neural stream and one {OUTLET_PREFIX}mel, got {len(neural)}, {len(live)}"
            )
        events = read_events(session / "events.jsonl")
        starts = [float(e["stamp"]) for e in events if e["event"] == "segment"]
        if not starts or not len(live[0]):
            raise BkError(f"{session}: the engine decoded nothing")
        stamps = neural[0].raw_stamps
        ends = [*starts[1:], np.inf]
        longest = int(np.argmax([min(b, stamps[-1]) - a for a, b in zip(starts, ends, strict=True)]))
        first = int(np.argmin(np.abs(stamps - starts[longest])))
        last = len(stamps) if np.isinf(ends[longest]) else int(np.searchsorted(stamps, ends[longest]))
        scale = np.array([microvolt_scale(u) for u in neural[0].description.units])
        data = np.asarray(neural[0].data[first:last], np.float64) * scale
        # a mel frame carries the stamp of the newest neural sample in it, which names the frame
        clock = FrameClock(bundle.sfreq, bundle.mel.sample_rate, bundle.mel.hop_length)
        n_frames = clock.n_frames(last - first)
        newest = stamps[first + np.array([clock.boundary(k) for k in range(n_frames)], int) - 1]
        idx = np.minimum(np.searchsorted(newest, live[0].raw_stamps - 1e-6), n_frames - 1)
        inside = np.abs(newest[idx] - live[0].raw_stamps) < 1e-5
        if not inside.any():
            raise BkError(f"{session}: no recorded mel frame belongs to the recorded signal")
        voice, _ = soundfile.read(session / "decoded.wav", dtype="float32")
        return cls(
            session=session,
            bundle=bundle,
            labels=neural[0].description.labels,
            neural=data,
            mel=np.asarray(live[0].data)[inside],
            frame_idx=idx[inside],
            audio=voice if len(starts) == 1 else voice[:0],
            first_sample=first,
            stream_name=neural[0].description.name,
            simulated=_simulated(neural[0]),
        )

    def decode(self, bundle: Bundle) -> tuple[np.ndarray, np.ndarray]:
        """Decode the same samples offline: (n, n_mels) mel and (k,) audio."""
        chain, second = Chain(bundle, self.labels), int(bundle.sfreq)
        out = [chain.push(self.neural[i : i + second]) for i in range(0, len(self.neural), second)]
        return np.concatenate([o.mel for o in out]), np.concatenate([o.audio for o in out])

    def agreement(self) -> list[tuple[str, float, float, str]]:
        """(name, value, limit, "less" or "more" is right) of live against offline."""
        mel, audio = self.decode(self.bundle)
        both = self.frame_idx < len(mel)
        difference = float(np.abs(mel[self.frame_idx[both]] - self.mel[both]).max())
        out = [("live mel against offline decode, max abs difference", difference, 1e-4, "less")]
        k = min(len(audio), len(self.audio))
        if k:
            error = float(np.mean((audio[:k] - self.audio[:k]) ** 2))
            snr = 10 * np.log10(float(np.mean(audio[:k] ** 2)) / max(error, 1e-30))
            out.append(("live waveform against offline, SNR in dB", min(snr, 200.0), 60.0, "more"))
        return out

    @cached_property
    def microphone(self) -> np.ndarray | None:
        """(m, n_mels) log-mel of the microphone from the segment's first sample on; None where there is none."""
        recording = read_recording(self.session / "session.xdf", neural=self.stream_name)
        if recording.audio is None:
            return None
        cut = dataclasses.replace(
            recording,
            neural=recording.neural[self.first_sample :],
            neural_start_s=recording.neural_start_s + self.first_sample / recording.neural_rate,
        )
        return log_mel(aligned_audio(cut, self.bundle.mel), self.bundle.mel)

    def picture(self) -> bytes:
        """PNG of microphone, live mel and voice: the eight seconds with most speech."""
        live = np.full((int(self.frame_idx.max()) + 1, self.mel.shape[1]), np.nan, np.float32)
        live[self.frame_idx] = self.mel
        mark = "SIMULATED participant, " if self.simulated else ""
        return session_picture(f"{mark}{self.session.name}", self.microphone, live, self.audio, self.bundle.mel)

    def scores(self, baseline: Bundle | None) -> dict[str, dict[str, float]]:
        """Mean correlation over mel bins, whole and inside speech, by decoder; empty without a microphone."""
        reference = self.microphone
        if reference is None:
            return {}
        decoded = {f"live {self.bundle.kind}": (self.mel, self.bundle)}
        if baseline is not None:
            mel = self.decode(baseline)[0]
            decoded[f"baseline {baseline.kind}"] = (mel[self.frame_idx[self.frame_idx < len(mel)]], baseline)
        out = {}
        for name, (mel, bundle) in decoded.items():
            shift = round(bundle.lead_ms / 1e3 * bundle.mel.sample_rate / bundle.mel.hop_length)
            known = self.frame_idx[: len(mel)] + shift
            known = known[known < len(reference)]
            target, n = reference[known], len(known)
            speech = speech_mask(reference)[known]
            out[name] = {
                "r": mean_correlation(mel[:n], target[:n]),
                "r_speech": mean_correlation(mel[:n], target[:n], speech),
                "frames": float(n),
            }
        # a constant has no correlation with anything: 0 by definition
        out["mean spectrum"] = {"r": 0.0, "r_speech": 0.0, "frames": float(n)}
        return out


def _simulated(stream: XdfStream) -> bool:
    return stream.simulated or "simulated" in stream.description.name.lower()


def _print_latency(console: Console, latency: dict[str, Any]) -> None:
    table = Table(title="stage latencies, ms per frame", title_justify="left")
    for column in ("stage", "p50", "p99", "max"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for name, stage in latency["stages"].items():
        table.add_row(name, *(f"{stage[k]:.2f}" for k in ("p50", "p99", "max")))
    console.print(table)
    for key, label in (
        ("age_p50_ms", "age of data at the ear, p50, ms"),
        ("age_p99_ms", "age of data at the ear, p99, ms"),
        ("algorithmic_ms", "algorithmic latency, exact, ms"),
        ("group_delay_ms", "filter group delay, ms"),
        ("device_ms", "sound device, ms"),
        ("n_frames", "frames decoded"),
        ("gaps", "gaps in the signal"),
        ("losses", "losses of the stream (its end counts as one)"),
        ("dropped_samples", "samples dropped as backlog"),
        ("underruns", "sound buffer underruns"),
        ("limiter_hits", "limiter hits"),
    ):
        value = latency.get(key)
        console.print(f"{label}: {'–' if value is None else f'{value:.1f}' if isinstance(value, float) else value}")


def _print_scores(console: Console, scores: dict[str, dict[str, float]], simulated: bool) -> None:
    title = "correlation with the microphone, mean over mel bins" + (" (SIMULATED participant)" if simulated else "")
    table = Table(title=title, title_justify="left")
    for column in ("decoder", "r, whole", "r, inside speech"):
        table.add_column(column, justify="left" if column == "decoder" else "right")
    for name, score in scores.items():
        table.add_row(name, f"{score['r']:.3f}", f"{score['r_speech']:.3f}")
    console.print(table)


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    return tyro.cli(SessionReport, prog="python -m offline.session_report", args=argv).run()


if __name__ == "__main__":
    raise SystemExit(main())
