"""The table of vocoders: held-out files only, every condition, going on, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from bk_realtime.errors import BkError
from offline.io.sound import read_sound_at
from offline.vocoder_lab.scores import ScoreStore
from offline.vocoder_lab.table_clips import held_out_files, read_voice
from offline.vocoder_lab.table_text import END, START
from offline.vocoder_table import main
from tests.unit.test_train_vocoder import buzz


@pytest.fixture
def voices(tmp_path: Path) -> Path:
    for name, hz in (("low", 110.0), ("high", 210.0)):
        (tmp_path / name).mkdir()
        for i in range(3):
            soundfile.write(tmp_path / name / f"{name}{i}.wav", buzz(1.2, hz, i), 22050)
    return tmp_path


def test_held_out_files(voices: Path) -> None:
    name, held, everything = held_out_files(f"A={voices / 'low'}", 3)
    assert (name, [f.name for f in held], len(everything)) == ("A", ["low2.wav"], 3)
    _, held, _ = held_out_files(f"B={voices / 'high'}:high[01]*", 3)
    assert [f.name for f in held] == ["high0.wav", "high1.wav"]
    clips, used = read_voice(held, 1, 22050)
    assert len(clips) == 1
    assert len(used) == 2  # joined: one alone is shorter than two seconds
    with pytest.raises(BkError, match="NAME=FOLDER"):
        held_out_files(str(voices / "low"), 3)
    with pytest.raises(BkError, match="no file is held out"):
        held_out_files(f"A={voices / 'low'}", 10)


def test_table_goes_on_where_it_was(voices: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, work = voices / "table.md", voices / "work"
    arguments = [f"A={voices / 'low'}:*", f"B={voices / 'high'}:*", "--clips", "1", "--work", str(work)]
    arguments += ["--conditions", "clean", "smooth and noisy", "--overwrite", "--out", str(out)]
    assert main([*arguments, "--only", "phase reconstruction, 23.2 ms"]) == 0
    first = json.loads((work / "scores.json").read_text())
    assert list(first["rows"]) == ["phase reconstruction, 23.2 ms"]
    capsys.readouterr()
    page = voices / "page.md"
    page.write_text(f"before\n{START}\nold\n{END}\nafter\n")
    arguments += ["--into", str(page)]
    assert main([*arguments, "--only", "23.2 ms", "speech itself", "--anew", "learnt"]) == 0
    printed = capsys.readouterr().out
    assert "| learnt, 23.2 ms |" in printed
    assert "| phase reconstruction, 23.2 ms |" not in printed  # it was scored already
    again = json.loads((work / "scores.json").read_text())
    assert [cell["condition"] for cell in again["rows"]["learnt, 23.2 ms"].values()] == ["clean", "smooth and noisy"]
    assert again["rows"]["phase reconstruction, 23.2 ms"] == first["rows"]["phase reconstruction, 23.2 ms"]

    assert main([*arguments, "--only", "phase reconstruction, 23.2", "--time-anew", "phase"]) == 0
    timed = json.loads((work / "scores.json").read_text())["rows"]
    assert timed["learnt, 23.2 ms"] == again["rows"]["learnt, 23.2 ms"]
    old, new = (list(r["phase reconstruction, 23.2 ms"].values()) for r in (first["rows"], timed))
    assert [cell["scores"] for cell in new] == [cell["scores"] for cell in old]
    assert new[0]["cpu_ms_per_frame"] not in (None, old[0]["cpu_ms_per_frame"])
    assert new[1]["cpu_ms_per_frame"] is None

    lines = out.read_text().splitlines()
    assert "2 held-out clips of 2 voices (A, B)" in lines[2]
    assert "clean 1.00" in lines[3]
    inside = page.read_text().splitlines()
    assert inside[:2] == ["before", START]
    assert inside[-2:] == [END, "after"]
    assert inside[2:-2] == lines[2 : len(inside) - 2]
    top = lines[: lines.index("### clean: PESQ-WB / ESTOI by voice")]
    rows = {line.split(" | ")[0].strip("| "): line.strip("| ").split(" | ")[1:] for line in top if line[:1] == "|"}
    assert rows["the speech itself"][0].startswith("4.64 / 1.000 / 0.0")
    for name in ("phase reconstruction, 23.2 ms", "learnt, 23.2 ms"):
        assert len(rows[name]) == 3  # two conditions and the time
        clean, degraded = (float(cell.split(" / ")[1]) for cell in rows[name][:2])
        assert 0.5 < clean <= 1.0
        assert degraded < clean
    for condition in ("clean", "smooth and noisy"):
        start = lines.index(f"### {condition}: PESQ-WB / ESTOI by voice")
        row = next(line for line in lines[start:] if line.startswith("| phase")).strip("| ").split(" | ")
        means = [float(cell.split(" / ")[1]) for cell in row[1:]]
        cells = again["rows"]["phase reconstruction, 23.2 ms"].values()
        want = np.mean([v[1] for cell in cells if cell["condition"] == condition for v in cell["scores"]])
        assert np.mean(means) == pytest.approx(want, abs=2e-3)


def test_other_conditions_and_clips_leave_finished_scores_alone(voices: Path) -> None:
    row, work = "phase reconstruction, 0.0 ms", voices / "work"
    arguments = [f"A={voices / 'low'}:*", "--work", str(work), "--only", row, "--clips", "1"]

    def cells() -> list[dict]:
        return list(json.loads((work / "scores.json").read_text())["rows"][row].values())

    main([*arguments, "--conditions", "clean", "smooth"])
    first = cells()
    main([*arguments, "--conditions", "noisy", "clean"])
    assert [cell["condition"] for cell in cells()] == ["clean", "smooth", "noisy"]
    assert cells()[:2] == first
    main([f"B={voices / 'high'}:*", *arguments[1:], "--conditions", "clean"])
    assert [cell["condition"] for cell in cells()] == ["clean", "smooth", "noisy", "clean"]
    assert cells()[:2] == first
    stale = json.dumps({"clips": "0", "rows": {}})
    (work / "scores.json").write_text(stale)
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "--conditions", "clean"])
    assert stopped.value.code == 2
    assert (work / "scores.json").read_text() == stale


def test_clips_are_those_of_the_files_held_out_now(voices: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file more and each third is another one: what was kept may have been trained on since."""
    folder, work = voices / "low", voices / "work"
    voice = f"A={folder}"
    arguments = [voice, "--hold-out-every", "3", "--work", str(work), "--conditions", "clean", "--clips", "1"]
    arguments += ["--only", "no row"]

    def kept() -> dict[str, np.ndarray]:
        return {path.name: np.load(path)["audio0"] for path in work.glob("*.npz")}

    def chosen_again() -> bool:
        assert main(arguments) == 0
        return "clean, A: 1 held-out clips" in capsys.readouterr().out

    assert chosen_again()
    [(name, audio)] = kept().items()
    assert np.array_equal(audio, read_sound_at(folder / "low2.wav", 22050))
    assert not chosen_again()
    soundfile.write(folder / "a.wav", buzz(1.2, 150.0, 9), 22050)
    assert chosen_again()
    [(_, audio)] = [item for item in kept().items() if item[0] != name]
    assert np.array_equal(audio, read_sound_at(folder / "low1.wav", 22050))


def test_damaged_scores_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text('{"format": 2, "rows": {')
    with pytest.raises(BkError, match="expected scores as JSON"):
        ScoreStore(tmp_path / "scores.json", {}, None)


def test_decoder_output_is_of_decoders_that_were_not_fitted_on_the_clip(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "voice").mkdir()
    for i in range(20):
        soundfile.write(tmp_path / "voice" / f"v{i:02d}.wav", buzz(4.2, 90 + 6 * i, i), 22050)
    arguments = [f"A={tmp_path / 'voice'}", "--clips", "1", "--work", str(tmp_path / "work"), "--only", "0.0 ms"]
    assert main([*arguments, "--conditions", "ridge output", "--decoder-coupling", "5"]) == 0
    printed = capsys.readouterr().out
    assert "by a ridge decoder of a SIMULATED participant for each voice (coupling 5, 8 minutes" in printed
    r = float(printed.split("speech's own: ridge output ")[1].split(". ms")[0])
    assert 0.3 < r < 0.98


def test_table_refuses(voices: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [f"A={voices / 'low'}:*", "--clips", "1", "--work", str(voices / "work"), "--conditions", "clean"]

    def refused(*more: str) -> str:
        with pytest.raises(SystemExit) as stopped:
            main([*arguments, *more])
        assert stopped.value.code == 2
        return capsys.readouterr().err

    assert main([*arguments, "--only", "speech itself"]) == 0
    assert "conditions" in refused("--conditions", "muddy")
    assert "the lines" in refused("--into", str(voices / "table.md"))
    (voices / "table.md").write_text("mine")
    assert "--overwrite" in refused("--out", str(voices / "table.md"))
    [clips] = (voices / "work").glob("clean-*.npz")
    clips.write_bytes(b"no clips")
    assert "remove it" in refused()
