"""Other programs receive what a session sends. That they send what a session decodes is in test_inlet.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.config import MelSettings
from bk_realtime.sink.outlets import EngineOutlets

pytestmark = pytest.mark.lsl

RECEIVER = """
import json, sys, time
import numpy as np
from mne_lsl.stream import StreamLSL
mel = StreamLSL(2.0, name="BrainKaraoke-mel", source_id=sys.argv[1]).connect(acquisition_delay=0.01, timeout=200)
print("connected", flush=True)
last, deadline = float(sys.argv[2]), time.monotonic() + 200
while mel.get_data()[0][0, -1] != last and time.monotonic() < deadline:
    time.sleep(0.01)
x, t = mel.get_data()
came = np.flatnonzero(x[0])
print(json.dumps({
    "rate": mel.info["sfreq"], "names": mel.ch_names, "rows": x[0, came].tolist(), "times": t[came].tolist(),
    "spread": float(np.ptp(x[:, came] - x[0, came], axis=1).max()), "last column": x[:, -1].tolist(),
}))
mel.disconnect()
"""


def test_mne_lsl_receives_the_decoded_mel(tmp_path: Path, source_id: str) -> None:
    """Every frame, in order, with its stamp; mne-lsl is a program of its own, with another LSL inside."""
    # which finds nothing without multicast unless it is told where to look
    config = tmp_path / "lsl.cfg"
    ours = Path(os.environ["LSLAPICFG"]).read_text(encoding="utf-8")
    config.write_text(ours.replace("[lab]", "[lab]\nKnownPeers = {127.0.0.1}"), encoding="utf-8")
    mel = MelSettings()
    outlets = EngineOutlets(source_id, 2, mel, simulated=True)
    n = 60
    pipe = subprocess.PIPE
    receiver = subprocess.Popen(
        [sys.executable, "-c", RECEIVER, f"bk-{source_id}-mel", str(n)],
        env={**os.environ, "LSLAPICFG": str(config)}, stdout=pipe, stderr=pipe, text=True,
    )  # fmt: skip
    try:
        assert receiver.stdout is not None
        for line in receiver.stdout:
            if line == "connected\n":
                break
        stamps = 1000.0 + np.arange(1, n + 1) * float(1 / mel.frame_rate)
        for k, stamp in enumerate(stamps, start=1):
            outlets.push_mel(np.full((1, 80), k, np.float32) + np.arange(80, dtype=np.float32) / 128, np.array([stamp]))
        out, err = receiver.communicate(timeout=240)
    finally:
        receiver.kill()
        receiver.wait()
    assert receiver.returncode == 0, err
    got = json.loads(out.splitlines()[-1])
    assert got["rate"] == pytest.approx(float(mel.frame_rate))
    assert got["names"] == [f"mel{k}" for k in range(80)]
    assert got["rows"] == list(range(1, n + 1))
    np.testing.assert_allclose(np.diff(got["times"]), float(1 / mel.frame_rate), atol=1e-4)
    assert got["spread"] == 0.0
    np.testing.assert_allclose(got["last column"], n + np.arange(80) / 128)
