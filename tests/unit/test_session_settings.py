"""Settings of a session: refused whole before a folder is made or a process started, and the same after the file."""

from __future__ import annotations

import dataclasses
import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from bk_realtime.__main__ import main
from bk_realtime.commands import run as command
from bk_realtime.commands.run import Run
from bk_realtime.config import option
from bk_realtime.errors import BkError, OptionError
from bk_realtime.logs import options
from bk_realtime.session.adapt import AdaptSettings
from bk_realtime.session.bundle import load_session_bundle
from bk_realtime.session.folder import create_session, read_session, write_session
from bk_realtime.session.settings import (
    DiskPolicy,
    GapPolicy,
    HangPolicy,
    InletSettings,
    MemoryPolicy,
    SafetySettings,
    SessionSettings,
)
from bk_realtime.vocoder.learnt.vocoder import WEIGHTS
from tests.engine_fakes import tiny_bundle
from tests.options import option_strings


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bundle(tmp_path_factory.mktemp("settings") / "model").path


class _Started(AssertionError):
    pass


class Started:
    """A supervisor whose session is over at once."""

    def run(self) -> int:
        return 0


@pytest.fixture
def nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*args: Any) -> None:
        raise _Started

    monkeypatch.setattr(command, "Supervisor", start)


BAD = [
    ("--vocoder", "nonsense", "expected one of"),
    ("--vocoder", "hifigan", "needs a file of weights"),
    ("--vocoder", "waveglow", "needs a file of weights"),
    ("--weights", "net.safetensors", "--vocoder"),
    ("--session", "a/b", "letters"),
    ("--unit", "furlongs", "is not a voltage"),
    ("--device", "toaster", "expected cpu, cuda"),
    ("--sound-device", "no such device", "no sound device"),
    ("--ceiling-dbfs", "3", "expected -120 to 0"),
    ("--gain-db", "-100", "expected -60 to 24"),
    ("--gain-db", "24.1", "expected -60 to 24"),
    ("--max-age-ms", "0", "expected 1 to"),
    ("--fade-ms", "0", "expected 0.1 to"),
    ("--full-scale-db-spl", "39", "expected 40 to 160"),
    ("--loudest-db-spl", "121", "expected 20 to 120"),
    ("--loudest-db-spl", "80", "--full-scale-db-spl"),
    ("--artefacts", "scream", "expected hold, say, ignore"),
    ("--artefact-sd", "1", "expected 2 to 9"),
    ("--lookahead-ms", "-1", "expected 0 to"),
    ("--prefill-ms", "0", "expected 1 to"),
    ("--gate", "on", "no speech gate in this bundle"),
    ("--gate-open", "0.5", "no speech gate in this bundle"),
    ("--gate-open", "1.5", "expected 0 to 1"),
    ("--gate-close", "-0.1", "expected 0 to 1"),
    ("--carry-s", "-1", "expected 0 to"),
    ("--keep-s", "0.6", "--max-backlog-s"),
    ("--hung-s", "0.1", "expected 0.5 to"),
    ("--second-recorder-s", "0.6", "--hung-s"),
    ("--new-window-s", "0.6", "--hung-s"),
    ("--slept-s", "0", "expected 1 to"),
    ("--disk-least-min", "-1", "expected 0 to"),
    ("--disk-warn-h", "1001", "expected 0 to"),
    ("--memory-warn-h", "-1", "expected 0 to"),
    ("--memory-least-mb", "1e7", "expected 0 to"),
    ("--disk-reserve-min", "-1", "expected 0 to"),
    ("--expect-silent-s", "0.1", "expected 0.5 to"),
    ("--expect", "", "--expect"),
    ("--seconds", "-1", "expected 0 to"),
    ("--timeout-s", "-1", "expected 0 to"),
    ("--gain", "0", "expected 1e-09 to"),
    ("--label-map", "no such file.toml", "no such file"),
    ("--conditions", "backwards", "expected one of real"),
    ("--conditions", "delayed 0", "expected delay_ms of 1 to 10000 ms"),
    ("--conditions", "noise 0", "expected level_db of -60 to -6 db"),
    ("--conditions", "other", "--sham-bundle"),
    ("--schedule", "no such file.csv", "no such file; name a schedule"),
    ("--blind", "perhaps", "expected one of no, letters, hidden"),
    ("--blind", "letters", "nothing to hide"),
    ("--condition-markers", "cues", "nothing to switch"),
    ("--sham-bundle", "no such bundle", "nothing to switch"),
]
NUMBERS = [
    *("--ceiling-dbfs", "--gain-db", "--max-age-ms", "--fade-ms", "--lookahead-ms", "--prefill-ms", "--carry-s"),
    *("--rolling-s", "--dead-s", "--drift-limit"),
    *("--max-backlog-s", "--keep-s", "--seconds", "--timeout-s", "--join-late-s", "--gain"),
    *("--gate-open", "--gate-close"),
    *("--hung-s", "--second-recorder-s", "--new-window-s", "--slept-s"),
    *("--full-scale-db-spl", "--loudest-db-spl", "--artefact-sd"),
    *("--disk-least-min", "--disk-warn-h", "--disk-reserve-min", "--expect-silent-s"),
    *("--memory-warn-h", "--memory-least-mb"),
]


@pytest.mark.parametrize(
    ("name", "value", "words"), [*BAD, *((n, v, "expected") for n in NUMBERS for v in ("nan", "inf", "-inf"))]
)
def test_refused_before_anything_is_made(
    nothing_starts: None,
    bundle: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    words: str,
) -> None:
    """One line, exit code 2, no folder, no process."""
    out = tmp_path / "out"
    with pytest.raises(SystemExit) as ended:
        main(["run", "--bundle", str(bundle), "--out", str(out), "--headless", name, value])
    err = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert len(err) == 1
    assert err[0].startswith("error: ")
    assert words in err[0]
    assert not out.exists()


def test_every_number_of_the_settings_is_tried() -> None:
    """A new one must be checked too."""
    numbers = {
        option(name)
        for cls in (
            SessionSettings,
            InletSettings,
            SafetySettings,
            GapPolicy,
            AdaptSettings,
            HangPolicy,
            DiskPolicy,
            MemoryPolicy,
        )
        for name in _numbers(cls)
    }
    assert numbers == set(NUMBERS)


def _numbers(cls: type) -> list[str]:
    return [f.name for f in dataclasses.fields(cls) if str(f.type).startswith("float")]


def test_good_settings_reach_the_session_and_come_back_from_its_file(
    monkeypatch: pytest.MonkeyPatch, bundle: Path, tmp_path: Path
) -> None:
    sessions = []

    class Recorder:
        def __init__(self, session: Any, say: Any) -> None:
            sessions.append(session)

        def run(self) -> int:
            return 0

    monkeypatch.setattr(command, "Supervisor", Recorder)
    args = ["--model", str(bundle), "--out", str(tmp_path), "--name", "amp", "--unit", "volts", "--gain-db", "-3"]
    args += ["--vocoder", "phase", "--lookahead-ms", "0", "--carry-s", "0.1", "--fade-ms", "20", "--no-record"]
    assert main(["run", *args, "--sound-device", "none", "--session", "p01"]) == 0
    (session,) = sessions
    settings = session.settings
    assert settings.inlet == InletSettings(name="amp", unit="volts")
    assert settings.safety == SafetySettings(gain_db=-3.0, fade_ms=20.0)
    assert (settings.gaps.carry_s, settings.record, settings.bundle) == (0.1, False, bundle.resolve())
    again = read_session(session.folder)
    assert dataclasses.asdict(again.settings) == dataclasses.asdict(settings)
    assert (again.id, again.replay_prefix) == (session.id, "")
    assert load_session_bundle(settings).vocoder.lookahead_ms == 0.0


@pytest.mark.parametrize(
    ("args", "prefill_ms", "lookahead_ms"),
    [
        ([], 23.2, 11.6),
        (["--profile", "default"], 23.2, 11.6),
        (["--profile", "fast"], 17.4, 0.0),
        (["--profile", "fast", "--lookahead-ms", "5.8"], 17.4, 5.8),
        (["--profile", "fast", "--prefill-ms", "23.2"], 23.2, 0.0),
    ],
)
def test_a_profile_is_a_set_of_settings_that_single_options_override(
    monkeypatch: pytest.MonkeyPatch,
    bundle: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    prefill_ms: float,
    lookahead_ms: float,
) -> None:
    monkeypatch.setattr(command, "Supervisor", lambda session, say: Started())
    assert main(["run", "--bundle", str(bundle), "--out", str(tmp_path), "--sound-device", "none", *args]) == 0
    (folder,) = tmp_path.iterdir()
    settings = read_session(folder).settings
    assert (settings.profile, settings.prefill_ms) == ("fast" if "fast" in args else "default", prefill_ms)
    assert settings.prefill_s == pytest.approx(prefill_ms / 1e3)
    assert load_session_bundle(settings).vocoder.lookahead_ms == lookahead_ms
    said = capsys.readouterr().out
    assert ("PESQ 3.38 instead of 3.45" in said) == ("fast" in args)


def test_weights_are_found_by_the_report_too(monkeypatch: pytest.MonkeyPatch, bundle: Path, tmp_path: Path) -> None:
    """Named from the folder that the session was started in; the report may be asked for in another one."""
    monkeypatch.setattr(command, "Supervisor", lambda session, say: Started())
    shutil.copy(WEIGHTS, tmp_path / "net.safetensors")
    monkeypatch.chdir(tmp_path)
    args = ["--bundle", str(bundle), "--vocoder", "learnt", "--weights", "net.safetensors", "--sound-device", "none"]
    assert main(["run", *args, "--out", "out"]) == 0
    (folder,) = (tmp_path / "out").iterdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert load_session_bundle(read_session(folder).settings).vocoder.weights == str(tmp_path / "net.safetensors")


def test_weights_of_another_vocoder_are_not_taken_for_its_own(bundle: Path, tmp_path: Path) -> None:
    settings = SessionSettings(bundle, vocoder="hifigan", weights="net.safetensors")
    vocoder = load_session_bundle(settings).vocoder
    assert (vocoder.name, vocoder.weights) == ("hifigan", str(Path("net.safetensors").resolve()))
    assert load_session_bundle(SessionSettings(bundle)).vocoder.name == "phase"


def all_fields(cls: type) -> list[str]:
    """Of a settings class and of the settings classes in it."""
    names = []
    for field in dataclasses.fields(cls):
        inner = field.default_factory
        names += all_fields(inner) if dataclasses.is_dataclass(inner) else [field.name]
    return names


def test_every_setting_is_an_option_of_run() -> None:
    assert {option(name) for name in all_fields(SessionSettings)} <= option_strings(options(Run, flat=True))
    assert "--model" in option_strings(options(Run, flat=True))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(BkError, match="choose another with --out"):
        create_session(SessionSettings(tmp_path, out=tmp_path / "out"))


def test_a_file_with_an_unsafe_value_is_refused(tmp_path: Path) -> None:
    session = create_session(SessionSettings(tmp_path, out=tmp_path))
    write_session(session, {})
    path = session.folder / "session.toml"
    path.write_text(path.read_text().replace("ceiling_dbfs = -6.0", "ceiling_dbfs = 6.0"))
    with pytest.raises(OptionError, match="--ceiling-dbfs 6"):
        read_session(session.folder)
    path.write_text("[versions]\n")
    with pytest.raises(BkError, match="bk_realtime run"):
        read_session(session.folder)


def test_two_sessions_of_one_second(tmp_path: Path) -> None:
    settings = SessionSettings(tmp_path, source=Path("x.xdf"), out=tmp_path)
    first, second = create_session(settings), create_session(settings)
    assert first.folder != second.folder
    assert first.replay_prefix != second.replay_prefix
    assert math.isfinite(settings.prefill_s)
