"""`python -m bk_realtime certify`: a muted session with this amplifier, machine and sound device, measured."""

from __future__ import annotations

import dataclasses
import datetime
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import tyro

from bk_realtime.certify.checks import Check
from bk_realtime.config import check_range, read_toml
from bk_realtime.errors import BkError, OptionError, StreamError
from bk_realtime.session.settings import SessionSettings
from bk_realtime.session.status import Status

if TYPE_CHECKING:  # loaded only when they are needed: --help answers at once
    from bk_realtime.certify.amplifier import Arrivals
    from bk_realtime.certify.clicks import LoopFigures
    from bk_realtime.decoder.bundle import Bundle
    from bk_realtime.source.microphone import Microphone

LISTEN_S, SHORTEST_S = 10.0, 20.0
LOOP_MS = 30.0
"""A sound device that takes this much longer than it says makes every figure of latency wrong."""


@dataclass(frozen=True)
class Certify(SessionSettings):
    """Measure whether amplifier, machine and sound device together are fit for a session, before anybody is connected.

    Listens to the amplifier, runs a session as `run` would with the same options (muted, recorded, 60 s unless
    --seconds says otherwise), and where an input is wired (--loop) plays clicks and finds them there. Leaves
    certificate.pdf and certificate.json in the session's folder. Exit code 0: pass; 1: fail, or something could not be
    told; 2: bad input.
    """

    bundle: Annotated[Path, tyro.conf.arg(aliases=["--model"])]
    """Decoder bundle, as `python -m offline.train` writes it."""
    session: str = "certify"
    """Name of the session, part of its folder's name."""
    seconds: float | None = 60.0
    """Length of the measured session."""
    loop: str = ""
    """Name or source_id of the LSL stream of an input wired to the sound output. Plays clicks: headphones off."""
    loop_channel: str = ""
    """Label of the channel of that stream, such as an AUX input of the amplifier; default: its first."""
    click_dbfs: float = -20.0
    """Peak of a click, in dB re full scale, -60 to -6."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_range(self, "click_dbfs", -60.0, -6.0, "dB re full scale")
        if self.safety.unmuted:
            raise OptionError("--unmuted: expected a muted session, nobody listens to a measurement; leave it out")
        if self.seconds is None or self.seconds < SHORTEST_S:
            raise OptionError(
                f"--seconds {self.seconds}: expected {SHORTEST_S:g} or more, of which the first 10 are the start"
            )
        if self.loop_channel and not self.loop:
            raise OptionError("--loop-channel goes with --loop: name the stream that has it")
        if not self.record:
            raise OptionError("--no-record: expected a recording, which is part of what is certified; leave it out")

    def run(self) -> int:
        """Measure, write the certificate, say the verdict."""
        from bk_realtime.certify.checks import verdict
        from bk_realtime.certify.clicks import LoopFigures
        from bk_realtime.certify.measured import of_session, stack
        from bk_realtime.certify.paper import write_json, write_pdf
        from bk_realtime.chain import Chain
        from bk_realtime.commands.run import Run, check_parts

        bundle = check_parts(self)
        if self.loop:
            self._input().close()  # there, before time is spent
        arrived, checks = self._amplifier(bundle)
        before = set(self.out.glob("*")) if self.out.is_dir() else set()
        code = Run(**{f.name: getattr(self, f.name) for f in dataclasses.fields(Run)}).run()
        made = {path for path in set(self.out.glob("*")) - before if (path / "latency.json").exists()}
        if len(made) != 1 or code not in (0, 1):
            raise BkError(f"the measured session did not run (exit code {code}); see what it said above")
        (folder,) = made
        status, measured = of_session(folder, code, 1e3 / float(bundle.mel.frame_rate))
        loop, heard = self._loop(bundle) if self.loop else (LoopFigures(0, 0, np.zeros(0)), [])
        checks = [*checks, *measured, *sound_device(self.sound_device, status.device_ms), *heard]
        if status.simulated:
            checks.append(Check("amplifier", "signal", "note", "SIMULATED: no amplifier was measured"))
        outcome, facts = verdict(checks), self._facts(folder, status)
        parts = stack(Chain(bundle, bundle.labels, "cpu"), status, None if arrived is None else arrived.packet_ms)
        values: dict[str, Any] = {
            "verdict": outcome,
            "facts": facts,
            "session": read_toml(folder / "session.toml"),
            "amplifier": None if arrived is None else dataclasses.asdict(arrived),
            "status": status.as_dict(),
            "latency_ms": dict(parts),
            "loop_delays_ms": [round(1e3 * float(d), 3) for d in loop.delays_s],
        }
        facts["certificate.json"] = "SHA-256 " + write_json(folder / "certificate.json", values, checks)
        age = {"p50": status.age_p50_ms, "p99": status.age_p99_ms, "max": status.age_max_ms}
        paper = folder / "certificate.pdf"
        write_pdf(paper, outcome, facts, checks, parts, age, 1e3 * loop.delays_s, status.simulated)
        for check in checks:
            print(f"  {check.outcome:<11} {check.part}: {check.what}: {check.found}")
        print(f"{outcome.upper()}; {paper}", flush=True)
        return 0 if outcome == "pass" else 1

    def _amplifier(self, bundle: Bundle) -> tuple[Arrivals | None, list[Check]]:
        """Listen to the stream that the session will decode."""
        from bk_realtime.certify.amplifier import judge, listen
        from bk_realtime.decoder.fit import read_label_map
        from bk_realtime.engine.wiring import open_inlet
        from bk_realtime.session.bundle import trained_on
        from bk_realtime.source.inlet import LslInlet

        if self.source is not None:
            return None, [Check("amplifier", "arrival", "cannot tell", "a recording was replayed, no amplifier")]
        label_map = {} if self.label_map is None else read_label_map(self.label_map, bundle.labels)
        alone = dataclasses.replace(self, inlet=dataclasses.replace(self.inlet, join=()))
        inlet = open_inlet(alone, trained_on(bundle.labels, label_map), bundle.features.kind == "given")
        assert isinstance(inlet, LslInlet)
        stream = inlet.describe()
        print(f"listening to {stream.name!r} for {LISTEN_S:g} s", flush=True)
        try:
            arrived = listen(inlet, LISTEN_S)
        finally:
            inlet.close()
        checks = judge(arrived, self.safety.max_age_ms)
        if self.inlet.join:
            checks.append(Check("amplifier", "joined streams", "cannot tell", "only the main one was listened to"))
        return arrived, checks

    def _input(self) -> Microphone:
        """The wired input, opened."""
        from bk_realtime.session.names import REPLAY_PREFIX
        from bk_realtime.source.microphone import MicrophoneSearch

        search = MicrophoneSearch(self.loop, "", REPLAY_PREFIX)
        deadline = time.monotonic() + self.inlet.timeout_s
        while isinstance(found := search.find(), str):
            if time.monotonic() > deadline:
                raise StreamError(f"--loop {self.loop}: {found}; expected the LSL stream of the wired input")
            time.sleep(0.1)
        if self.loop_channel:
            found.take(self.loop_channel)
        return found

    def _loop(self, bundle: Bundle) -> tuple[LoopFigures, list[Check]]:
        """Clicks out and in; what the device took beyond its own word."""
        from bk_realtime.certify.clicks import LoopFigures
        from bk_realtime.certify.loop import run_loop
        from bk_realtime.engine.wiring import open_sink
        from bk_realtime.lsl_clock import LslClock
        from bk_realtime.sink.late import LateSoundCard
        from bk_realtime.sink.null import NullSink

        what, wanted = "click out and in", f"all found, within {LOOP_MS:g} ms of the device's word"
        sink = open_sink(self, bundle.mel.sample_rate)
        if isinstance(sink, (NullSink, LateSoundCard)):
            return LoopFigures(0, 0, np.zeros(0)), [Check("loop", what, "cannot tell", "no sound device", wanted)]
        print("playing clicks for 17 s: headphones off", flush=True)
        microphone = self._input()
        try:
            figures = run_loop(sink, microphone, LslClock(), bundle.mel.hop_length, self.click_dbfs)
        finally:
            microphone.close()
        if not figures.n_found:
            return figures, [Check("loop", what, "fail", figures.why, wanted)]
        late = 1e3 * figures.delays_s
        words = f"{figures.n_found} of {figures.n_sent}; beyond the device's word p50 {np.median(late):+.1f} ms, "
        words += f"{late.min():+.1f} to {late.max():+.1f} ms"
        words += f"; {sink.underruns} underruns meanwhile" if sink.underruns else ""
        good = figures.n_found == figures.n_sent and float(np.abs(late).max()) <= LOOP_MS
        return figures, [Check("loop", what, "ok" if good else "fail", words, wanted)]

    def _facts(self, folder: Path, status: Status) -> dict[str, str]:
        """What was certified, for the head of the paper."""
        values = read_toml(folder / "session.toml")
        versions, machine = values.get("versions", {}), values.get("machine", {})
        check = folder / "session.xdf.check.toml"
        facts = {
            "when": f"{datetime.datetime.now().astimezone():%Y-%m-%d %H:%M %z}, {self.seconds:g} s",
            "amplifier": f"{status.source} ({status.source_id})" + (" SIMULATED" if status.simulated else ""),
            "decoder": f"{status.bundle}, SHA-256 {values.get('bundle', {}).get('sha256', 'unknown')}",
            "computed on": f"{status.device}, vocoder on {status.vocoder_device}",
            "sound": self.sound_device,
            "machine": ", ".join(str(v) for v in machine.values()),
            "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
            "settings": str(values.get("command", {}).get("line", "")),
            "session": str(folder),
        }
        if check.exists():
            facts["recording"] = f"session.xdf, SHA-256 {read_toml(check).get('sha256', 'unknown')}"
        return facts


def sound_device(wanted: str, device_ms: float | None) -> list[Check]:
    """Whether there was one, by its own word."""
    if not device_ms:
        why = "no sound device: what an ear would hear was not measured"
        return [Check("sound", "device", "cannot tell", why, "a sound device")]
    return [Check("sound", "device", "ok", f"{wanted}: {device_ms:.1f} ms by its own word")]
