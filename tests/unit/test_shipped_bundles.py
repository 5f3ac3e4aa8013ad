"""The decoders that ship: what they know of their training, and that the README tells their scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from bk_realtime.config import read_toml, write_toml
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.decoder.bundle_index import INDEX
from offline.data.contamination import bundle_contamination
from offline.data.heard import word_hash, words_known
from offline.data.kept_prints import kept_fingerprints
from offline.data.known_content import NONE, known_to
from offline.evaluate import main as evaluate
from offline.io import read_recording
from offline.train import main as train
from tests.synthetic import synthetic_recording
from tests.unit.test_known_content import RIDGE, SECONDS, SILENT, write

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "recordings"
SHIPPED = ("demo_ridge", "demo_seq2seq")


def test_a_bundle_says_which_words_it_heard_and_holds_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed, words in ((1, ["apple", "bear"]), (2, ["Bear", "cat"])):
        write(tmp_path / f"s{seed}.h5", synthetic_recording(SECONDS, n_channels=4, seed=seed))
        rows = [f"{2 * k + 0.2}\t1.2\t{words[k % 2]}" for k in range(int(SECONDS / 2))]
        (tmp_path / f"s{seed}.tsv").write_text("\n".join(["onset\tduration\tword", *rows]) + "\n")
        write_toml(tmp_path / f"s{seed}.h5.toml", {"markers": f"s{seed}.tsv"})
    bundle = tmp_path / "bundle"
    assert train([str(tmp_path / "s1.h5"), "--out", str(bundle), *RIDGE]) == 0
    text = (bundle / INDEX).read_text()
    assert f'words = "{" ".join(sorted(map(word_hash, ("apple", "bear"))))}"' in text
    assert "apple" not in text
    assert evaluate([str(bundle), str(tmp_path / "s2.h5"), *SILENT]) == 0
    assert "50% of its 12 words were heard in training" in " ".join(capsys.readouterr().out.split())
    provenance = read_toml(bundle / INDEX)["provenance"]
    known = words_known(provenance, ["Apple", "cat"])
    assert known == tuple(sorted(["Apple", word_hash("bear")]))
    assert words_known({"data": [{"name": "old"}]}, ["cat"]) == ()


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_bundles_can_tell(name: str) -> None:
    bundle = load_bundle(RECORDINGS / name)
    (kept,) = kept_fingerprints(bundle.fingerprints, 1)
    assert all(code is not None and 505 < code.seconds < 510 for code in kept.neural)
    assert kept.sound is not None
    assert known_to(bundle, read_recording(RECORDINGS / "demo.xdf")).verdict == NONE
    assert bundle_contamination(bundle.provenance).verdict == "clean"
    assert bundle.gate is not None
    assert bundle.sureness is not None


def test_the_readme_tells_the_scores_of_the_shipped_bundles() -> None:
    scores = {name: read_toml(RECORDINGS / name / INDEX)["scores"] for name in SHIPPED}
    of = scores["demo_seq2seq"]
    rows = {
        "Seq2Seq": of["seq2seq"],
        "ridge": of["ridge"],
        "mean spectrum": of["mean spectrum"],
        "speech/silence oracle": of["speech/silence oracle"],
    }
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, row in rows.items():
        assert f"| {name} | {row['r']:.3f} | {row['r_speech']:.3f} | {row['mcd_db']:.2f} |" in text
    fit = read_toml(RECORDINGS / "demo_seq2seq" / INDEX)["provenance"]["fit"]
    assert f"after {fit['seconds_to_2_percent']:.0f} s of {fit['seconds']:.0f}:" in text
    assert scores["demo_ridge"]["ridge"] == pytest.approx(of["ridge"], abs=0.0005)  # the same ridge, trained beside it
