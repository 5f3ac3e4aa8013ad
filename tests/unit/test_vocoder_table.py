"""The table of vocoders: held-out files only, every condition, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from bk_realtime.errors import BkError
from offline.vocoder_table import VocoderTable, held_out_files, main, read_voice
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


def test_quick_table(voices: Path) -> None:
    out = voices / "table.md"
    arguments = [f"A={voices / 'low'}:*", f"B={voices / 'high'}:*", "--quick", "--only", "23.2 ms", "--out", str(out)]
    assert main(arguments) == 0
    lines = out.read_text().splitlines()
    rows = [line for line in lines if line.startswith(("| phase", "| learnt"))]
    assert len(rows) == 2
    assert lines[0].startswith("PESQ-WB / ESTOI")
    assert "2 held-out clips of 2 voices" in lines[0]
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 7  # name, five conditions without a decoder, time
        estoi = [float(cell.split(" / ")[1]) for cell in cells[1:6]]
        assert estoi[0] == max(estoi)  # clean mel is the easiest
        assert 0.5 < estoi[0] <= 1.0
    with pytest.raises(SystemExit):  # nothing is overwritten silently
        main(arguments)
    assert VocoderTable(("A=b",)).clips > 1
