"""What a vocoder was trained on is known by content, and none of these files is held out; nothing is deleted before
all inputs are read."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.errors import BkError
from bk_realtime.vocoder.learnt.vocoder import WEIGHTS as SHIPPED
from bk_realtime.vocoder.mel import log_mel
from offline.io.sound import read_sound_at
from offline.vocoder_lab.clips import file_mark
from offline.vocoder_lab.decoded_clips import ClipPair, read_pairs, write_pairs
from offline.vocoder_lab.material import check_held_out, marks_trained_on
from offline.vocoder_lab.run_folder import WEIGHTS_NAME, begin
from offline.vocoder_lab.settings import TrainVocoder
from offline.vocoder_lab.table_clips import held_out_files
from offline.vocoder_lab.training import open_run, train
from offline.vocoder_table import main as vocoder_table
from tests.unit.test_train_vocoder import MEL, quiet, settings_for, speech

__all__ = ["speech"]  # a fixture


@pytest.fixture
def settings(speech: Path, tmp_path: Path) -> TrainVocoder:
    return dataclasses.replace(settings_for(speech, tmp_path / "run"), steps=1)


def add_first(speech: Path) -> None:
    """One more file, whose name sorts first, so that every fourth is another one."""
    shutil.copyfile(speech / "voice0.wav", speech / "a.wav")
    with (speech / "a.wav").open("ab") as file:
        file.write(b"another")


def test_resume_refuses_other_files(settings: TrainVocoder, speech: Path) -> None:
    run, material = open_run(settings, MEL, quiet)
    begin(settings, material.files)
    run.save(settings.out)
    again = dataclasses.replace(settings, resume=True)
    open_run(again, MEL, quiet)
    add_first(speech)
    with pytest.raises(BkError, match=r"trained_on differs: a\.wav"):
        open_run(again, MEL, quiet)
    (speech / "a.wav").unlink()
    shutil.copyfile(speech / "voice1.wav", speech / "voice0.wav")  # another sound of the same name
    with pytest.raises(BkError, match=r"trained_on differs: voice0\.wav"):
        open_run(again, MEL, quiet)


def test_what_was_trained_on_cannot_be_held_out(
    settings: TrainVocoder, speech: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = train(settings, quiet)
    assert marks_trained_on(weights) == {file_mark(speech / f"voice{i}.wav") for i in range(3)}
    audio = read_sound_at(speech / "voice2.wav", MEL.sample_rate)
    pairs = tmp_path / "pairs.npz"
    write_pairs(pairs, [ClipPair("voice2 ridge 1", audio, log_mel(audio, MEL), file_mark(speech / "voice2.wav"))])
    tuned = dataclasses.replace(settings, out=tmp_path / "tuned", fine_tune=weights, decoded=(pairs,))
    assert marks_trained_on(train(tuned, quiet)) == marks_trained_on(weights)
    add_first(speech)  # now voice2 is the fourth
    with np.load(pairs) as stored:
        np.savez(tmp_path / "unmarked.npz", **{name: stored[name] for name in stored if name != "marks"})
    with pytest.raises(BkError, match=r"expected decoder output.*marks"):
        open_run(dataclasses.replace(tuned, out=tmp_path / "new", decoded=(tmp_path / "unmarked.npz",)), MEL, quiet)
    for changes in ({"decoded": ()}, {"fine_tune": None}):
        with pytest.raises(BkError, match=r"voice2\.wav is held out here, but .* was trained on it"):
            open_run(dataclasses.replace(tuned, out=tmp_path / "new", **changes), MEL, quiet)
    assert not (tmp_path / "new").exists()
    arguments = [f"A={speech}", "--hold-out-every", "4", "--weights", str(weights), "--work", str(tmp_path / "work")]
    with pytest.raises(SystemExit):
        vocoder_table(arguments)
    assert "voice2.wav is held out here" in capsys.readouterr().err
    shutil.copyfile(speech / "voice0.wav", speech / "voice2.wav")  # one of them held out, its copy trained on
    with pytest.raises(BkError, match=r"voice2\.wav is held out and .*voice0\.wav is trained on, .* remove"):
        open_run(dataclasses.replace(settings, out=tmp_path / "new"), MEL, quiet)


def test_nothing_is_deleted_before_all_is_read(settings: TrainVocoder, speech: Path, tmp_path: Path) -> None:
    weights = train(settings, quiet)
    over = dataclasses.replace(settings, overwrite=True)
    (speech / "voice3.wav").rename(tmp_path / "kept.wav")
    (speech / "voice3.wav").write_bytes(b"no sound")  # the held-out one
    wrong = [
        dataclasses.replace(over, audio=(tmp_path / "speach",)),
        dataclasses.replace(over, fine_tune=tmp_path / "none.safetensors"),
        dataclasses.replace(over, fine_tune=weights),  # inside --out
        dataclasses.replace(over, score_clips=1),
    ]
    for one in wrong:
        with pytest.raises(BkError):
            train(one, quiet)
        if one.fine_tune != weights:
            with pytest.raises(BkError):
                train(dataclasses.replace(one, out=tmp_path / "new", overwrite=False), quiet)
    assert {p.name for p in settings.out.iterdir()} >= {WEIGHTS_NAME, "last.pt", "run.toml"}
    assert not (tmp_path / "new").exists()
    (tmp_path / "kept.wav").replace(speech / "voice3.wav")
    before = (settings.out / "run.toml").read_bytes()
    train(dataclasses.replace(over, seed=3), quiet)
    assert (settings.out / "run.toml").read_bytes() != before


@pytest.mark.shared_data
def test_the_shipped_weights_were_trained_on_none_of_the_clips_of_the_table(shared_data: Path) -> None:
    known = marks_trained_on(SHIPPED)
    assert known is not None
    for voice in ("flemishguy_nl", "kathleen_en", "mrt_en_words:F1_*", "mrt_en_words:M4_*"):
        check_held_out(held_out_files(f"A={shared_data / 'speech' / voice}", 20)[1], {"shipped": known})
    assert file_mark(next((shared_data / "speech" / "mrt_en_words").glob("F3_*"))) in known


@pytest.mark.parametrize("damage", ["cut", "array", "text"])
def test_damaged_decoder_output_is_one_line(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "pairs.npz"
    if damage == "array":
        with path.open("wb") as file:
            np.save(file, np.zeros(3))
    else:
        write_pairs(path, [ClipPair("a", np.zeros(2560, np.float32), np.zeros((10, 80), np.float32), "0" * 12)])
        path.write_bytes(path.read_bytes()[:-200] if damage == "cut" else b"PK\x03\x04 no archive")
    with pytest.raises(BkError, match="expected decoder output"):
        read_pairs(path)
