"""Frame clock, chunks, units and settings."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.chunks import Chunk, StreamDescription, microvolt_scale
from bk_realtime.clock import FrameClock, linger, rational_rate
from bk_realtime.config import FeatureSettings, MelSettings, from_dict, read_toml, to_dict, write_toml
from bk_realtime.errors import BkError, exit_cleanly
from tests.manual_clock import ManualClock


def test_a_standstill_is_not_all_of_the_time_that_others_are_given() -> None:
    class Held(ManualClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds if self.time else 1.0)  # in the first step nothing goes on

    clock = Held()
    linger(clock, 0.25)
    assert clock.time >= 1.2


RATES = st.sampled_from([Fraction(r) for r in (200, 500, 1000, 1024, 2048, 30012)] + [Fraction(4069, 4)])


@given(sfreq=RATES, n=st.integers(0, 10**9))
def test_frame_count_is_the_inverse_of_the_boundary(sfreq: Fraction, n: int) -> None:
    clock = FrameClock(sfreq)
    k = clock.n_frames(n)
    assert k == 0 or clock.boundary(k - 1) <= n
    assert clock.boundary(k) > n
    assert clock.boundary(k) == (k + 1) * 256 * sfreq // 22050


def test_an_hour_of_frames_does_not_drift() -> None:
    clock = FrameClock(Fraction(1024))
    assert clock.n_frames(3600 * 1024) == 3600 * 22050 // 256


def test_slow_stream_is_refused() -> None:
    with pytest.raises(BkError, match="below the frame rate"):
        FrameClock(Fraction(50))


@pytest.mark.parametrize(
    ("unit", "scale"), [("microvolts", 1), ("uV", 1), ("µV", 1), ("-6", 1), ("V", 1e6), ("0", 1e6), ("mV", 1e3)]
)
def test_units(unit: str, scale: float) -> None:
    assert microvolt_scale(unit) == scale


def test_unknown_unit_names_the_remedy() -> None:
    with pytest.raises(BkError, match="--unit of `run`"):
        microvolt_scale("bananas")


def test_rates_become_exact() -> None:
    assert rational_rate(1024.0) == 1024
    assert rational_rate(1017.25) == Fraction(4069, 4)
    assert rational_rate(29.97) == Fraction(2997, 100)


def test_chunk_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="expected data"):
        Chunk(np.zeros((3, 2)), 0, np.zeros(2))
    assert len(Chunk(np.zeros((3, 2)), 0, np.zeros(3))) == 3


def test_neural_types_are_case_insensitive() -> None:
    make = StreamDescription("x", "SEEG", "", 1024.0, ("A1",), ("uV",))
    assert make.is_neural
    assert not dataclasses.replace(make, type="Audio").is_neural


def test_manual_clock() -> None:
    clock = ManualClock(5.0)
    clock.sleep(2.0)
    clock.advance(1.0)
    assert clock.now() == 8.0


@dataclasses.dataclass(frozen=True)
class Nested:
    mel: MelSettings = dataclasses.field(default_factory=MelSettings)
    names: tuple[str, ...] = ()
    maybe: float | None = None


def test_settings_round_trip(tmp_path: Path) -> None:
    settings = Nested(MelSettings(n_mels=40), ("a", "b"), None)
    write_toml(tmp_path / "s.toml", to_dict(settings))
    assert from_dict(Nested, read_toml(tmp_path / "s.toml")) == settings
    assert from_dict(FeatureSettings, {"band": [60, 150]}).band == (60.0, 150.0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sped": 1}, "unknown key 'sped'"),
        ({"mel": {"n_mel": 3}}, "settings: mel: unknown key"),
        ({"mel": 3}, "expected a table"),
        ({"mel": {"n_mels": "many"}}, "mel.n_mels: expected a whole number from 1 to 1024, got 'many'"),
        ({"mel": {"n_mels": True}}, "mel.n_mels: expected a whole number from 1 to 1024, got true"),
    ],
)
def test_bad_settings_are_refused(values: dict, message: str) -> None:
    with pytest.raises(BkError, match=message):
        from_dict(Nested, values)


def test_broken_toml(tmp_path: Path) -> None:
    with pytest.raises(BkError, match="no such file"):
        read_toml(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("a = [")
    with pytest.raises(BkError, match="not a valid TOML"):
        read_toml(tmp_path / "bad.toml")


def test_bad_input_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture) -> None:
    @exit_cleanly
    def main() -> None:
        raise BkError("expected this,\n got that")

    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == "error: expected this, got that\n"
