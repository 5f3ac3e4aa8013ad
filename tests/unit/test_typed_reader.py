"""Whatever a settings file holds is read as meant or refused in one line that names the key: nothing in between."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from bk_realtime.config import MelSettings, to_dict
from bk_realtime.decoder.bundle import load_bundle, save_bundle
from bk_realtime.decoder.fit import read_label_map
from bk_realtime.errors import BkError
from bk_realtime.plain_files import DEEPEST, read_json, read_toml
from bk_realtime.replay.faults import read_faults
from bk_realtime.session.folder import read_session
from bk_realtime.session.schedule import read_schedule
from bk_realtime.session.settings import SessionSettings
from bk_realtime.session.status import read_status
from bk_realtime.typed import from_dict
from offline.io.beside import beside_options
from tests.damage import ODD, damaged_text, damaged_values
from tests.unit.test_bundle import make_bundle

FEW = {k: ODD[k] for k in ("true", "empty text", "zero", "minus one", "billion", "nan", "1e308", "nested list", "date")}


def accepted(cases: Iterable[tuple[str, Any]], write: Callable[[Any], object], read: Callable[[], object]) -> list[str]:
    """Names of the cases that are taken; the others must be refused in one short line."""
    taken = []
    for name, content in cases:
        try:
            write(content)
        except (ValueError, TypeError):
            continue  # not to be written as TOML
        try:
            read()
        except BkError as error:
            if "\n" in str(error) or len(str(error)) > 1000:
                raise AssertionError(f"{name}: expected one short line, got {error}") from error
        except Exception as error:
            raise AssertionError(f"{name}: {type(error).__name__}: {error}") from error
        else:
            taken.append(name)
    return taken


def toml_to(path: Path) -> Callable[[dict[str, Any]], object]:
    return lambda values: path.write_text(tomli_w.dumps(values), encoding="utf-8")


def test_any_text_is_read_or_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    taken = accepted(damaged_text('a = "b"\n[c]\nd = [1, 2]\n'), path.write_bytes, lambda: read_toml(path))
    assert set(taken) <= {"empty", "byte order mark", *(f"cut at {i}/10" for i in range(10))}
    taken = accepted(damaged_text('{"a": [1, {"b": "c"}]}'), path.write_bytes, lambda: read_json(path))
    assert taken == ["byte order mark", "NUL bytes", "carriage returns"]  # neither is in it
    path.write_text("x = " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1))
    assert "x" in read_toml(path)


def test_a_large_file_and_what_is_no_file_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(100 << 20)
    with pytest.raises(BkError, match="at most 16 MB, got 100 MB"):
        read_toml(path)
    with pytest.raises(BkError, match="expected a file"):
        read_toml(tmp_path)
    with pytest.raises(BkError, match="cannot be read"):
        read_toml(Path("a\0b"))


TAKEN = {
    "ridge": {"lead_ms = zero", "lead_ms = minus one", "package = empty text", "package removed"}
    | {"features.line_freq = zero", "mel.f_min = zero", "vocoder.lookahead_ms = zero", "vocoder.weights = empty text"}
    | {"decoder.silence_weight = zero", "decoder.silence_weight removed"}  # removed: of before, counted as speech
    | {"vocoder.name = empty text"},  # refused by the vocoder: a session may name another
    "seq2seq": {f"decoder.{name} = zero" for name in ("lookahead", "prenet_dropout", "feedback_noise", "dropout")}
    | {"decoder.feedback = true", "decoder.prenet double", "decoder.postnet_layers = zero"},
}
"""What is another number, and not a wrong one; everything else is refused."""


@pytest.mark.parametrize("kind", sorted(TAKEN))
def test_a_bundle_with_one_odd_value_is_refused_when_it_is_loaded(kind: str, tmp_path: Path) -> None:
    sizes = {"n_past": 2} if kind == "ridge" else {"hidden": 4, "conv_layers": 1, "postnet_layers": 0}
    save_bundle(make_bundle(kind, **sizes), tmp_path)
    index = tmp_path / "bundle.toml"
    good = tomllib.loads(index.read_text())
    parts = {k: v for k, v in good.items() if k not in ("scores", "provenance")}
    rest = {k: v for k, v in good.items() if k not in parts}
    cases = damaged_values(parts if kind == "ridge" else {"decoder": good["decoder"]}, FEW)
    whole = ((name, {**(rest if kind == "ridge" else good), **values}) for name, values in cases)
    taken = accepted((c for c in whole if c[0] != "decoder removed"), toml_to(index), lambda: load_bundle(tmp_path))
    assert set(taken) == TAKEN[kind]


@pytest.mark.parametrize(
    ("table", "key", "value", "message"),
    [
        ("decoder", "hidden", True, "bundle.toml: decoder.hidden: expected a whole number from 1 to 4096, got true"),
        ("decoder", "hiden", 8, "bundle.toml: decoder: unknown key 'hiden'; expected one of hidden, "),
        ("features", "band", 1e-308, "bundle.toml: features.band: expected a list, got 1e-308"),
        ("features", "band", [70.0], "bundle.toml: features.band: expected 2 values, got "),
        ("features", "band", [70.0, float("nan")], r"bundle.toml: features.band\[2\]: expected a number from 0.01 to"),
        (None, "labels", 7, "bundle.toml: labels: expected a list, got 7"),
        (None, "labels", ["A1", "A1", "B1"], "bundle.toml: labels: expected every channel once, got 'A1' twice"),
        (None, "labels", ["A1", "A2"], "expected statistics of 2 features, got 3"),
        (None, "sfreq", "1e999999999", "expected sfreq such as '1024'"),
    ],
)
def test_the_line_names_the_key(table: str | None, key: str, value: Any, message: str, tmp_path: Path) -> None:
    save_bundle(make_bundle("gru", hidden=4), tmp_path)
    index = tmp_path / "bundle.toml"
    values = tomllib.loads(index.read_text())
    (values if table is None else values[table])[key] = value
    toml_to(index)(values)
    with pytest.raises(BkError, match=message):
        load_bundle(tmp_path)


def test_a_key_that_a_program_wrote_may_not_be_missing() -> None:
    whole = to_dict(MelSettings())
    assert from_dict(MelSettings, whole, "x.toml", "mel", complete=True) == MelSettings()
    for key in whole:
        with pytest.raises(BkError, match=f"x.toml: mel: expected key '{key}', got none"):
            from_dict(MelSettings, {k: v for k, v in whole.items() if k != key}, "x.toml", "mel", complete=True)


CHANGES = {"conditions": {"late": "delayed 200"}, "change": [{"time_s": 10.0, "condition": "late"}]}
DRAWN = {"draw": {"conditions": ["real", "delayed 200"], "every_s": 10.0, "times": 5, "start_s": 3.0, "seed": 4}}
FAULT = {"kind": "nan", "at_s": 3.0, "seconds": 1.0, "stream": "", "channels": ["A1"], "size_s": 0.02, "seed": 0}
READING = {"neural": "a", "join": ["b"], "audio": "mic", "gain": 0.5, "sample_rate": 22050, "salvage": True}


@pytest.mark.parametrize(
    ("values", "name", "read"),
    [
        (CHANGES, "x.toml", read_schedule),
        (DRAWN, "x.toml", read_schedule),
        ({"fault": [FAULT]}, "x.toml", read_faults),
        ({"A1": "EEG 1"}, "x.toml", read_label_map),
        (READING, "x.xdf.toml", lambda path: beside_options(path.with_suffix(""))),
    ],
)
def test_files_that_people_write(
    values: dict[str, Any], name: str, read: Callable[[Path], object], tmp_path: Path
) -> None:
    path = tmp_path / name
    taken = accepted(damaged_values(values), toml_to(path), lambda: read(path))
    assert not [
        n for n in taken if any(bad in n for bad in ("nan", "inf", "date", "1e308", "NUL", "unknown", "beyond"))
    ]
    accepted(damaged_text(tomli_w.dumps(values)), path.write_bytes, lambda: read(path))


def test_session_toml_and_the_figures_beside_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = SessionSettings(bundle=Path("b"), seconds=5.0, expect=("a",), gate_open=0.5)
    good = {"id": "s1", "settings": to_dict(settings), "versions": {"python": "3"}}
    path = tmp_path / "session.toml"
    toml_to(path)(good)
    assert read_session(tmp_path).settings == settings
    assert not caplog.records
    taken = accepted(damaged_values(good, FEW), toml_to(path), lambda: read_session(tmp_path))
    assert not [n for n in taken if n.startswith("settings") and any(bad in n for bad in ("nan", "date", "misspelt"))]
    del good["settings"]["safety"]["gain_db"]
    toml_to(path)(good)
    caplog.clear()
    read_session(tmp_path)
    assert "taken as they are by default: safety.gain_db" in caplog.text  # said, where a file of before lacks it
    figures = tmp_path / "latency.json"
    accepted(damaged_text('{"state": "running", "version": 1}'), figures.write_bytes, lambda: read_status(figures))
    figures.write_text('{"state": "running", "age_p50_ms": 1' + "0" * 400 + "}")
    assert read_status(figures).state == "running"
