"""A bundle from before fingerprints gets those of its training; the shipped ones know their session by content."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bk_realtime.config import read_toml, write_toml
from bk_realtime.decoder.bundle import FINGERPRINT, load_bundle
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.errors import BkError, InputError
from offline.data.heard import word_hash, words_known
from offline.data.known_content import NONE, kept_fingerprints, known_to
from offline.data.remember import remember_content
from offline.evaluate import main as evaluate
from offline.io import read_recording
from offline.io.recording import file_hash
from offline.make_demo import MakeDemo, add_fingerprints
from offline.train import main as train
from tests.synthetic import synthetic_recording
from tests.unit.test_known_content import RIDGE, SECONDS, SILENT, write

RECORDINGS = Path(__file__).parents[2] / "recordings"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session, another one, and the decoder of the first: ``demo_new`` as trained, ``demo_old`` as bundles were."""
    folder = tmp_path_factory.mktemp("remember")
    for seed, words in ((1, ["apple", "bear"]), (2, ["Bear", "cat"])):
        write(folder / f"s{seed}.h5", synthetic_recording(SECONDS, n_channels=4, seed=seed))
        rows = [f"{2 * k + 0.2}\t1.2\t{words[k % 2]}" for k in range(int(SECONDS / 2))]
        (folder / f"s{seed}.tsv").write_text("\n".join(["onset\tduration\tword", *rows]) + "\n")
        write_toml(folder / f"s{seed}.h5.toml", {"markers": f"s{seed}.tsv"})
    assert train([str(folder / "s1.h5"), "--out", str(folder / "demo_new"), *RIDGE]) == 0
    shutil.copytree(folder / "demo_new", folder / "demo_old", ignore=shutil.ignore_patterns("training"))
    (folder / "demo_old" / FINGERPRINT).unlink()
    index = read_toml(folder / "demo_old" / INDEX)
    del index["files"][FINGERPRINT]
    index["provenance"]["data"] = {entry.pop("name"): entry for entry in index["provenance"]["data"]}
    write_toml(folder / "demo_old" / INDEX, index)
    return folder


def test_it_is_what_training_keeps_and_nothing_else_changes(folder: Path, tmp_path: Path) -> None:
    old = shutil.copytree(folder / "demo_old", tmp_path / "demo_old")
    before = {path.name: file_hash(path) for path in old.glob("*.safetensors")}
    assert add_fingerprints(tmp_path, folder / "s1.h5") == [f"{old}: fingerprints added"]
    assert file_hash(old / FINGERPRINT) == file_hash(folder / "demo_new" / FINGERPRINT)
    assert {name: file_hash(old / name) for name in before} == before
    assert read_toml(old / INDEX) == read_toml(folder / "demo_new" / INDEX)
    assert add_fingerprints(tmp_path, folder / "s1.h5") == [f"{old}: fingerprints were there"]
    with pytest.raises(InputError, match="keeps fingerprints of what it was trained on already"):
        remember_content(old, [read_recording(folder / "s1.h5")])


def test_another_session_is_refused(folder: Path, tmp_path: Path) -> None:
    old = folder / "demo_old"
    with pytest.raises(InputError, match=r"was trained on s1\.h5, and its features there were up to .* Np apart"):
        remember_content(old, [read_recording(folder / "s2.h5")])
    with pytest.raises(InputError, match="names 1 recordings with the frames that it was fitted on, got 2"):
        remember_content(old, [read_recording(folder / "s1.h5")] * 2)
    with pytest.raises(BkError, match="holds no bundle demo_"):
        add_fingerprints(tmp_path, folder / "s1.h5")
    with pytest.raises(BkError, match="--fingerprints needs the training session"):
        MakeDemo(training_seconds=0.0, fingerprints=True)
    assert not (old / FINGERPRINT).exists()


def test_a_bundle_says_which_words_it_heard_and_holds_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (folder / "demo_new" / INDEX).read_text()
    assert f'words = "{" ".join(sorted(map(word_hash, ("apple", "bear"))))}"' in text
    assert "apple" not in text
    assert evaluate([str(folder / "demo_new"), str(folder / "s2.h5"), *SILENT]) == 0
    assert "50% of its 12 words were heard in training" in " ".join(capsys.readouterr().out.split())
    provenance = read_toml(folder / "demo_new" / INDEX)["provenance"]
    known = words_known(provenance, ["Apple", "cat"])
    assert known == tuple(sorted(["Apple", word_hash("bear")]))
    assert words_known({"data": [{"name": "old"}]}, ["cat"]) == ()


@pytest.mark.parametrize("name", ["demo_ridge", "demo_seq2seq"])
def test_the_shipped_bundles_can_tell(name: str) -> None:
    bundle = load_bundle(RECORDINGS / name)
    (kept,) = kept_fingerprints(bundle.fingerprints, 1)
    assert all(code is not None and 505 < code.seconds < 510 for code in kept.neural)
    assert kept.sound is not None
    assert known_to(bundle, read_recording(RECORDINGS / "demo.xdf")).verdict == NONE
