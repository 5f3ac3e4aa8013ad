"""How to read a recording, told alike to every command, kept in NAME.toml, never in the way of the leak guard."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
import soundfile
from offline.inspect import main as inspect

from bk_realtime.chunks import StreamDescription
from bk_realtime.commands.run import neural_stream
from bk_realtime.config import read_toml
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.errors import BkError, InputError, OptionError
from bk_realtime.session.settings import InletSettings, SessionSettings
from bk_realtime.xdf import XdfWriter, info_xml
from offline.ablation import main as ablate
from offline.decode import main as decode
from offline.evaluate import main as evaluate
from offline.export import main as export
from offline.io import read_recording, sidecar
from offline.io.options import ReadOptions
from offline.lead import main as lead
from offline.preprocess import main as preprocess
from offline.simulation.noise import load_noise
from offline.train import main as train
from tests.options import options_by_command
from tests.synthetic import synthetic_recording
from tests.unit.test_readers import make_any

QUICK = ["--split.min-part-s", "1", "--split.guard-s", "1"]
SILENT = [*QUICK, "--bootstrap", "20", "--shifts", "20", "--shuffles", "0", "--sound-s", "0"]
OPTIONS = (
    "neural", "channels", "exclude", "audio", "audio-channel", "markers", "unit", "gain", "sfreq", "sample-rate",
    "audio-start-s", "salvage",
)  # fmt: skip
READING = ("train", "evaluate", "lead", "ablation", "decode", "preprocess", "export", "inspect", "session_report")
LABELS = ("POL A1", "POL A2", "A3", "AUX1")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of three contacts and an input of the amplifier, and its decoder."""
    folder = tmp_path_factory.mktemp("options")
    for name, seed in (("one", 1), ("two", 2)):
        recording = synthetic_recording(16.0, n_channels=4, seed=seed)
        with h5py.File(folder / f"{name}.h5", "w") as file:
            file["ecog"], file["ecogSR"] = recording.neural, float(recording.sfreq)
            file["audio"], file["audioSR"] = recording.audio, recording.sample_rate
            file["electrodes"] = np.array(LABELS, "S")
    return folder


def words(*command: object) -> list[str]:
    return [str(word) for word in command]


@pytest.mark.parametrize("command", READING)
def test_every_command_that_reads_has_every_option(command: str) -> None:
    assert {f"--{name}" for name in OPTIONS} <= options_by_command()[f"offline.{command}"]


def test_noise_of_a_simulation_is_read_with_every_option() -> None:
    assert {f"--noise.{name}" for name in OPTIONS} <= options_by_command()["offline.simulate"]


def test_channels_and_notes_through_the_commands(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two, out = folder / "one.h5", folder / "two.h5", folder / "bundle"
    left_out = "left out, by its name: AUX1"

    def said(code: int, times: int = 1) -> None:
        text = capsys.readouterr().out
        assert code == 0
        assert text.count(left_out) == times, text

    command = words(one, "--out", out, "--decoder", "ridge", "--set", "n_past=2", "--exclude", "a2", *QUICK)
    said(train(command))
    assert load_bundle(out).labels == ("POL A1", "A3")
    run = read_toml(out / "training/run.toml")
    assert (run["channels"], run["exclude"]) == ([], ["a2"])
    said(train([*command, "--resume"]))
    others = words(*(word for word in command if word not in ("--exclude", "a2")), "--resume")
    with pytest.raises(SystemExit):
        train(others)
    assert "--resume: exclude is []" in capsys.readouterr().err
    said(decode(words(out, two, "--out", folder / "x.npz")))
    said(preprocess(words(two, "--out", folder / "p.npz", "--exclude", "A3", *QUICK)))
    with np.load(folder / "p.npz") as stored:
        assert stored["labels"].tolist() == ["POL A1", "POL A2"]
    said(inspect(words(two)))
    said(export(words(two, "--bids", folder / "bids")))
    said(evaluate(words(out, two, *SILENT)))
    said(evaluate(words(out, two, "--folds", 2, "--workers", 0, "--permutations", 0, "--exclude", "POL A1", *SILENT)))
    said(lead(words(two, "--leads", 0, *QUICK)))
    said(ablate(words(two, "--out", folder / "ab", "--variants", "ridge", "--channels", "A3", "A1", *QUICK)), 0)


@pytest.mark.parametrize("kind", ["npy", "hdf5", "nwb", "xdf", "fif", "vhdr", "edf"])
def test_options_leave_the_hash_of_the_numbers(kind: str, tmp_path: Path) -> None:
    path = make_any(kind, tmp_path)
    whole = read_recording(path)
    first, second, third = whole.labels
    some = read_recording(path, channels=(third, f"POL {first}"))
    rest = read_recording(path, exclude=(second.lower(),))
    assert (some.labels, rest.labels) == ((third, first), (first, third))
    np.testing.assert_array_equal(some.neural, whole.neural[:, [2, 0]])
    np.testing.assert_array_equal(rest.neural, whole.neural[:, [0, 2]])
    assert some.neural_hash == rest.neural_hash == whole.neural_hash
    assert len({r.reading_hash for r in (whole, some, rest)}) == 3
    with pytest.raises(OptionError, match="no channel 'Z9'; it has"):
        read_recording(path, exclude=("Z9",))


def test_training_on_some_channels_is_no_way_round_the_leak_guard(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bundle"
    assert train(words(folder / "one.h5", "--out", out, "--decoder", "ridge", "--channels", "A1", "A3", *QUICK)) == 0
    for more in ([], ["--exclude", "A2"], ["--gain", "0.5"], ["--unit", "millivolts"]):
        assert evaluate(words(out, folder / "one.h5", *more, *SILENT)) == 1
        assert "was used to train" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('colour = "red"', "unknown key 'colour'; expected one of neural, "),
        ('channels = "A1"', "channels: expected a list, got 'A1'"),
        ("channels = [1]", "channels[1]: expected a text, got 1"),
        ('gain = "0.1"', "gain: expected a number from 1e-09 to 1000000000, got '0.1'"),
        ("sample_rate = 44100.5", "sample_rate: expected a whole number from 1 to 10000000, got 44100.5"),
        ("salvage = 1", "salvage: expected true or false, got 1"),
        ("sfreq = -1024", "sfreq: expected a number from 0.001 to 10000000, got -1024"),
        ("gain = nan", "gain: expected a number from 1e-09 to 1000000000, got nan"),
        ("unit =", "not a valid TOML file"),
    ],
)
def test_a_file_beside_that_says_nothing_of_use(folder: Path, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "one.h5"
    path.write_bytes((folder / "one.h5").read_bytes())
    sidecar(path).write_text(text)
    with pytest.raises(BkError) as error:
        read_recording(path)
    assert str(error.value).startswith(str(sidecar(path)))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_the_command_line_counts_more_than_the_file_beside(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "one.h5"
    path.write_bytes((folder / "one.h5").read_bytes())
    sidecar(path).write_text('unit = "millivolts"\nexclude = ["A1"]\nsalvage = false\n')
    kept, plain = read_recording(path), read_recording(folder / "one.h5")
    assert kept.labels == ("POL A2", "A3")
    np.testing.assert_allclose(kept.neural, 1000 * plain.neural[:, 1:], rtol=1e-6)
    counts = read_recording(path, gain=2.0, exclude=("A3",))
    assert counts.labels == ("POL A1", "POL A2")
    np.testing.assert_allclose(counts.neural, 2 * plain.neural[:, :2], rtol=1e-6)


def test_one_file_is_never_that_of_several_recordings(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(800), 8000)
    paths = words(folder / "one.h5", folder / "two.h5")
    for command in (train, lead, lambda argv: evaluate(["--folds", "2", *argv, "--workers", "0"])):
        more = ["--out", str(tmp_path / "x")] if command is train else []
        with pytest.raises(SystemExit):
            command([*paths, *more, "--audio", str(tmp_path / "a.wav")])
        assert "a.wav: one file for 2 recordings; expected one for each" in capsys.readouterr().err
    ReadOptions(audio="mic").refuse_one_file_for([folder, folder])


def test_two_files_of_sound_take_two_options_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    audio = np.stack([synthetic_recording(4.0, 1).audio, np.sin(np.arange(4 * 22050) / 9)], 1)
    soundfile.write(tmp_path / "two.wav", audio, 22050)
    soundfile.write(tmp_path / "one.wav", audio[:, 0], 22050)
    pair = words("--decoded", tmp_path / "one.wav", "--reference", tmp_path / "two.wav", *SILENT)
    with pytest.raises(SystemExit):
        evaluate(pair)
    assert "two.wav: the audio has 2 different channels" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        evaluate([*pair, "--unit", "V"])
    assert "--unit belongs to recordings; expected none with --decoded" in capsys.readouterr().err
    assert evaluate([*pair, "--audio-channel", "1"]) == 0


def test_a_microphone_on_an_input_of_the_amplifier_is_no_contact(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a user sees of four noisy contacts beside the sound itself: it is left out, said, and nothing is learnt."""
    sound = synthetic_recording(40.0, 1)
    path, rate, n = tmp_path / "s.xdf", 512.0, 40 * 512
    rng = np.random.default_rng(3)
    heard = 400 * np.interp(np.arange(n) / rate, np.arange(len(sound.audio)) / 22050, sound.audio)
    numbers = np.c_[20 * rng.standard_normal((n, 4)), heard].astype(np.float32)
    types = ("SEEG",) * 4 + ("AUX",)
    labels = ("A1", "A2", "TEMP1", "ACC1", "B1")
    amplifier = StreamDescription("amp", "EEG", "a", rate, labels, ("microvolts",) * 5, types=types)
    microphone = StreamDescription("mic", "Audio", "m", 22050.0, ("mic",), ("",))
    with XdfWriter(path) as writer:
        for number, (stream, data) in enumerate(((amplifier, numbers), (microphone, sound.audio[:, None])), 1):
            writer.add_stream(number, info_xml(stream))
            writer.write(number, 10.0 + np.arange(len(data)) / stream.sfreq, data)
    assert inspect(words(path)) == 0
    assert "left out, type AUX: B1" in capsys.readouterr().out
    assert train(words(path, "--out", tmp_path / "m", "--decoder", "ridge", *QUICK)) == 0
    assert "left out, type AUX: B1" in capsys.readouterr().out
    bundle = load_bundle(tmp_path / "m")
    assert bundle.labels == labels[:4]
    assert abs(bundle.scores["ridge"]["r_speech"]) < 0.15


def test_a_damaged_recording_is_replayed_where_that_is_asked_for(tmp_path: Path) -> None:
    path = make_any("xdf", tmp_path)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(BkError, match="is cut off"):
        neural_stream(path, InletSettings())
    assert neural_stream(path, InletSettings(), salvage=True).labels == ("LA1", "LA2", "LA3")
    assert "--salvage" in options_by_command()["bk_realtime run"]
    with pytest.raises(OptionError, match="--salvage goes with --source"):
        SessionSettings(Path("bundle"), salvage=True)


def test_messages_of_noise_name_the_options_of_simulate(folder: Path, tmp_path: Path) -> None:
    notes: list[str] = []
    data, rate = load_noise(folder / "one.h5", ReadOptions(exclude=("A1",)), notes)
    assert (data.shape[1], rate) == (2, 512.0)
    assert "left out, excluded: POL A1" in notes
    with pytest.raises(OptionError, match=r"--noise\.unit V and --noise\.gain 2: expected one of them"):
        load_noise(folder / "one.h5", ReadOptions(unit="V", gain=2.0))
    with pytest.raises(InputError, match=r"with --noise\.unit, or unit in one.h5.toml"):
        load_noise(folder / "one.h5", ReadOptions(gain=1e9))
    np.savez(tmp_path / "n.npz", data=np.ones((2, 900)), sf=500.0)
    with pytest.raises(OptionError, match=r"n.npz: an npz file tells everything itself; expected no --noise\.unit"):
        load_noise(tmp_path / "n.npz", ReadOptions(unit="V"))
