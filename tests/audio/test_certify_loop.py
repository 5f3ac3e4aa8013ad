"""certify, whole: an amplifier over LSL, a session, a virtual sound card and the wire back from it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audio.virtual_card import VirtualCard
from tests.engine_fakes import tiny_bundle
from tests.lsl.outlets import Sender

pytestmark = [pytest.mark.audio, pytest.mark.lsl, pytest.mark.slow, pytest.mark.timeout(1200)]


def test_certify_measures_the_session_and_finds_its_clicks_on_the_wire(card: VirtualCard, tmp_path: Path) -> None:
    """Again where a busy machine did not play, send or record in time, which it has to say; one that never does
    fails."""
    for attempt in range(3):
        certificate = _certified(card, tmp_path / str(attempt))
        found = {check["what"]: check for check in certificate["checks"]}
        clicks = found["click out and in"]
        in_time = {
            "clicks": clicks["found"].startswith(tuple("5678")),
            "recording": found["recording"]["outcome"] == "ok",
            "rate": found["true rate by arrival"]["outcome"] == "ok",
            "decoding": certificate["status"]["n_frames"] > 100,
            "delays": all(-60 < delay < 200 for delay in certificate["loop_delays_ms"]),
        }
        if all(in_time.values()):
            return
        assert in_time["clicks"] or clicks["outcome"] == "fail", clicks
    pytest.fail(f"{in_time}; {found}")


def _ended(wire: subprocess.Popen[bytes]) -> None:
    """Its input closes, and it ends what records for it: alone, that would take a whole core in real time for ever."""
    try:
        wire.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        wire.kill()
        wire.communicate()


def _certified(card: VirtualCard, tmp_path: Path) -> dict:
    """The certificate of one run of certify."""
    tmp_path.mkdir()
    bundle = tiny_bundle(tmp_path / "bundle")
    labels = list(bundle.labels)
    command = [sys.executable, "-m", "tests.audio.certify_run", str(tmp_path / "bundle"), str(tmp_path / "out")]
    wire = subprocess.Popen(
        [sys.executable, "-m", "tests.audio.loop_input", "wire"],
        env=card.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert wire.stdout is not None
        assert wire.stdout.readline().strip() == b"ready"
        with Sender(source_id="certified", sfreq=512.0, n_channels=len(labels), labels=labels):
            done = subprocess.run(
                [*command, "certified", "wire"],
                env=card.environ,
                capture_output=True,
                text=True,
                timeout=240,
                check=False,
            )
    finally:
        _ended(wire)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in (0, 1), done.stderr  # a busy machine may well fail, and must then say so
    (folder,) = (tmp_path / "out").iterdir()
    certificate = json.loads((folder / "certificate.json").read_text())
    assert (folder / "certificate.pdf").read_bytes().startswith(b"%PDF")
    assert (done.returncode == 0) == (certificate["verdict"] == "pass")
    assert certificate["status"]["muted"]
    return certificate
