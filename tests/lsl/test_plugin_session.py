"""Somebody else's decoder, vocoder and reader through everything: trained, run live over LSL, decoded again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.lsl.test_session import undisturbed, write_recording
from tests.synthetic import synthetic_recording
from tests.toy_package import ENTRY_POINTS, HEAD, READER, VOCODER, decoder_of_the_docs, install, write_toy

pytestmark = [pytest.mark.lsl, pytest.mark.slow]
ROOT = Path(__file__).parents[2]


def program(*args: object, site: Path | None = None) -> subprocess.CompletedProcess[str]:
    """`python -m …` as a user starts it, with the package on the path or without."""
    path = os.pathsep.join(str(folder) for folder in (ROOT, site) if folder)
    return subprocess.run(
        [sys.executable, "-m", *map(str, args)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )


def test_a_package_of_somebody_else(tmp_path: Path) -> None:
    site = install(tmp_path / "site", HEAD + decoder_of_the_docs() + VOCODER + READER, ENTRY_POINTS)
    bundle = tmp_path / "bundle"
    recording = write_toy(tmp_path / "p01.toy", synthetic_recording(60, n_channels=8, sfreq=1024.0))

    trained = program(
        "offline.train", recording, "--out", bundle, "--decoder", "mean", "--set", "offset=0.5",
        "--vocoder.name", "clicks", site=site,
    )  # fmt: skip
    assert trained.returncode == 0, trained.stdout + trained.stderr
    text = (bundle / "bundle.toml").read_text(encoding="utf-8")
    assert 'kind = "mean"' in text
    assert 'package = "toy 1.2"' in text
    assert "offset = 0.5" in text

    source = write_recording(tmp_path / "live.xdf")

    def run() -> Path:
        place = Path(tempfile.mkdtemp(dir=tmp_path))
        live = program(
            "bk_realtime", "run", "--bundle", bundle, "--source", source, "--out", place,
            "--headless", "--sound-device", "none", "--unmuted", site=site,
        )  # fmt: skip
        assert live.returncode == 0, live.stdout + live.stderr
        (session,) = place.iterdir()
        return session

    session = undisturbed(run)
    voice, rate = soundfile.read(session / "decoded.wav")
    assert (rate, len(voice) > 5 * rate) == (22050, True)
    clicks = np.flatnonzero(voice)
    assert set(np.diff(clicks)) == {256}  # one a frame

    again = program("offline.session_report", session, site=site)
    assert again.returncode == 0, again.stdout + again.stderr
    agreement = json.loads((session / "report.json").read_text())["agreement"]
    mel, snr, gate, sureness = agreement.values()
    assert mel <= 1e-4
    assert gate <= 1e-4
    assert sureness <= 1e-4
    assert snr >= 60

    decoded = program("offline.decode", bundle, recording, "--out", tmp_path / "decoded.npz", site=site)
    assert decoded.returncode == 0, decoded.stdout + decoded.stderr

    without = program("offline.decode", bundle, source, "--out", tmp_path / "no.npz")
    assert without.returncode == 2
    assert "its decoder 'mean' comes from the package toy 1.2, which is not installed here" in without.stderr
    assert len(without.stderr.splitlines()) == 1
