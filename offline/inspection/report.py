"""Everything that can be found out about a recording, as values and as text."""

from __future__ import annotations

from dataclasses import dataclass

from bk_realtime.config import FeatureSettings
from bk_realtime.contamination import Audit
from bk_realtime.errors import BkError
from offline.data.audited import audit
from offline.inspection.channels import AudioQuality, Quality, check_audio, check_channels, fitted
from offline.inspection.clocks import Alignment, check_alignment
from offline.inspection.features import check_features
from offline.inspection.timings import StreamTiming
from offline.io.recording import Recording


@dataclass(frozen=True, eq=False)
class Inspection:
    """Everything that was found out. ``audit_note`` says why there is no audit where there is none."""

    recording: Recording
    streams: list[StreamTiming]
    quality: Quality
    audio: AudioQuality | None
    alignment: Alignment | None
    audit: Audit | None
    audit_note: str


def inspect_recording(recording: Recording, timings: list[StreamTiming], line_freq: float) -> Inspection:
    """Run every check on what :func:`offline.inspection.timings.read_timed` gave; mains frequency in Hz."""
    features = recording.holds_features
    quality = check_features(recording) if features else check_channels(recording, FeatureSettings(line_freq=line_freq))
    found, note = None, "no audio: contamination cannot be audited"
    if recording.audio is not None or features:
        try:
            found, note = audit(recording, line_freq), ""
        except BkError as error:  # too little speech or too low a rate is a finding, not a failure
            note = str(error)
    return Inspection(recording, timings, quality, check_audio(recording), check_alignment(recording), found, note)


def warnings_of(result: Inspection) -> list[str]:
    """What a researcher must know, one line each; empty when all is well."""
    out = [f"channel {c.label}: {'; '.join(c.reasons)}" for c in result.quality.bad]
    out += [f"audio: {reason}" for reason in (result.audio.reasons if result.audio else ())]
    out += list(result.recording.notes)
    r, a = result.recording, result.alignment
    if not r.holds_features and fitted(FeatureSettings(), r).band != FeatureSettings().band:
        low, high = fitted(FeatureSettings(), r).band
        out.append(f"{float(r.sfreq):g} Hz is too slow for 70-170 Hz: checked in {low:.0f}-{high:.0f} Hz")
    if a is not None:
        if a.overlap_s < 0.95 * result.recording.duration_s:
            out.append(f"audio covers {a.overlap_s:.1f} of {result.recording.duration_s:.1f} s")
        if a.lag_r > a.chance_r and abs(a.lag_ms) > 500:
            what = "the features" if r.holds_features else "high gamma"
            out.append(f"sound and {what} agree best at {a.lag_ms:.0f} ms: are the clocks right?")
    if result.audit is not None and any(c.verdict in ("contaminated", "suspect") for c in result.audit.channels):
        out.append(result.audit.summary)
    elif result.audit is None:
        out.append(result.audit_note)
    return out


def report_text(result: Inspection) -> str:
    """The whole report as text."""
    r, q = result.recording, result.quality
    lines = [f"{r.name}{' (SIMULATED: no person was recorded)' if r.simulated else ''}"]
    lines += [f"  neural  {r.n_channels} channels, {float(r.sfreq):g} Hz nominal, {r.neural_rate:.4f} Hz measured, "
              f"{r.duration_s:.1f} s"]  # fmt: skip
    if r.audio is not None:
        lines.append(f"  audio   {r.sample_rate} Hz nominal, {r.audio_rate:.3f} Hz measured, "
                     f"{len(r.audio) / r.audio_rate:.1f} s")  # fmt: skip
    lines += [f"  markers {len(r.markers)}", f"  sha256  {r.source_hash}"]
    if result.streams:
        lines += ["", "streams"]
        for s in result.streams:
            rate = f"{s.rate:g} Hz nominal, {s.effective:.4f} measured, " if s.rate else "irregular, "
            lines.append(
                f"  {s.name} ({s.type}): {s.n_channels} ch, {s.n_samples} samples, {rate}{s.segments} segments, "
                f"{s.gap_s:.3f} s in gaps, jitter {s.jitter_ms:.2f} ms, clock offset {s.offset_s:+.4f} s, "
                f"drift {s.drift_ppm:+.1f} ppm"
            )
    a = result.alignment
    if a is not None:
        what = "the mean feature" if r.holds_features else "high gamma"
        sign = "above" if a.lag_r > a.chance_r else "not above"
        lines += [
            "",
            "audio against neural signal",
            f"  starts {a.start_s:+.4f} s after it, both run for {a.overlap_s:.1f} s, drift {a.drift_ppm:+.1f} ppm "
            f"({a.drift_ms_per_hour:+.0f} ms an hour, corrected)",
            f"  {what} {'leads' if a.lag_ms < 0 else 'follows'} the sound level by {abs(a.lag_ms):.0f} ms "
            f"(r = {a.lag_r:.2f} there, {sign} the chance level {a.chance_r:.2f})",
        ]
    if result.audio is not None:
        sound = result.audio
        lines += [
            "",
            "audio",
            f"  peak {sound.peak_dbfs:.1f} dBFS, speech {sound.speech_dbfs:.1f} dBFS, "
            f"floor {sound.floor_dbfs:.1f} dBFS, clipped {sound.clipped:.3%}, speech {sound.speech:.0%} of the time",
        ]
    lines += _feature_lines(q) if r.holds_features else _channel_lines(q)
    lines += ["", "acoustic contamination (after Roussel et al. 2020)"]
    if result.audit is None:
        lines.append(f"  {result.audit_note}")
    else:
        lines.append(f"  {result.audit.summary} ({result.audit.n_frames * 0.1:.0f} s of speech"
                     f"{', ' if result.audit.said else ''}{result.audit.said})")  # fmt: skip
        for k in result.audit.channels:
            if k.verdict != "clean":
                lines.append(f"  {k.label:10} {k.verdict}: r {k.r:+.3f} above its surroundings, p {k.p:.1e}, "
                             f"coherence {k.coherence:.4f}, p {k.coherence_p:.1e}")  # fmt: skip
    found = warnings_of(result)
    lines += ["", f"to look at: {len(found)}" if found else "nothing to complain about"]
    lines += [f"  {line}" for line in found]
    return "\n".join(lines)


def _channel_lines(q: Quality) -> list[str]:
    lines = [
        "",
        "channels",
        f"  {'':10} {'level':>9} {'missing':>8} {'flat':>6} {'satur.':>7} {'mains':>12} {'common':>7}",
    ]
    for c in q.channels:
        lines.append(
            f"  {c.label:10} {c.level_uv:6.1f} µV {c.missing:8.1%} {c.flat:6.1%} {c.saturated:7.2%} "
            f"{c.line_before_db:4.0f} > {c.line_after_db:2.0f} dB {c.common:7.2f}  {'; '.join(c.reasons) or 'good'}"
        )
    return [*lines, f"  common average: {q.common_variance:.0%} of the variance; {q.reference_advice}"]


def _feature_lines(q: Quality) -> list[str]:
    """Features have no spectrum of a signal, no mains and no unit: only what is missing or flat is judged."""
    lines = ["", "features, made elsewhere", f"  {'':14} {'deviation':>10} {'missing':>8} {'flat':>6}"]
    for c in q.channels:
        lines.append(
            f"  {c.label:14} {c.level_uv:10.4g} {c.missing:8.1%} {c.flat:6.1%}  {'; '.join(c.reasons) or 'good'}"
        )
    return [*lines, "  whether they look ahead, and whether the microphone is in them, cannot be told"]
