"""`python -m bk_realtime demo`: the whole loop on the recording that ships, on one machine, with the figures after."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bk_realtime.errors import BkError
from bk_realtime.shipped import BASELINE, BUNDLE, RECORDING, stay_on_this_machine


@dataclass
class Demo:
    """Replay demo.xdf (a SIMULATED participant) over LSL, decode it live, play it, show it, score it.

    Sound goes to the default sound card, or to a file where there is none; the window opens where there is a display.
    """

    seconds: float = 60.0
    """Length of the live part."""
    headless: bool = False
    """No window."""
    sound_device: str = "auto"
    """Sound device by name or index, auto, or none."""
    out: Path = Path("recordings")
    """Folder that gets the session's own folder."""
    bundle: Path = BUNDLE
    """Decoder bundle to decode with."""
    device: str = "cpu"
    """Where decoder and vocoder run: cpu, cuda, cuda:N or auto."""

    def run(self) -> int:
        """Run the session, then print the report, also where the recording is not whole (exit code 1)."""
        for path in (RECORDING, self.bundle):
            if not path.exists():
                raise BkError(f"{path} is missing: expected the demo's recording and bundle; install the package again")
        stay_on_this_machine()
        from bk_realtime.commands.run import Run
        from bk_realtime.session.settings import SafetySettings

        print(f"demo: {RECORDING.name} is a simulated participant, replayed over LSL on this machine only", flush=True)
        before = set(self.out.glob("*_demo*")) if self.out.is_dir() else set()
        code = Run(
            bundle=self.bundle,
            source=RECORDING,
            out=self.out,
            session="demo",
            headless=self.headless,
            seconds=self.seconds,
            safety=SafetySettings(unmuted=True),
            sound_device=self.sound_device,
            device=self.device,
        ).run()
        (folder,) = set(self.out.glob("*_demo*")) - before
        if code not in (0, 1) or not (folder / "latency.json").exists():  # it failed, or was ended while it started
            return code
        report = [sys.executable, "-m", "offline.session_report", str(folder)]
        reported = subprocess.run([*report, "--baseline", str(BASELINE)], check=False).returncode
        return code or reported
