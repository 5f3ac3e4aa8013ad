"""Tables of cues in the forms in which labs write them: the right markers, or one line that says what was expected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bk_realtime.errors import BkError
from offline.io.companions import read_events, table_markers

OOK = [(1.5, "start;ook"), (2.25, "end;ook"), (4.0, "start;als je"), (4.5, "end;als je")]
LONG_GRID = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 6
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "phones"
        xmin = 0
        xmax = 6
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 6
            text = "o"
    item [2]:
        class = "IntervalTier"
        name = "Words"
        xmin = 0
        xmax = 6
        intervals: size = 4
        intervals [1]:
            xmin = 0
            xmax = 1.5
            text = ""
        intervals [2]:
            xmin = 1.5
            xmax = 2.25
            text = "ook"
        intervals [3]:
            xmin = 2.25
            xmax = 4
            text = " "
        intervals [4]:
            xmin = 4
            xmax = 4.5
            text = "als je"
"""
SHORT_GRID = """File type = "ooTextFile"
"TextGrid"

0
6
<exists>
1
"IntervalTier"
"mine"
0
6
2
1.5
2.25
"ook"
4
4.5
"als je"
"""
TABLES = {
    "bids.tsv": "onset\tduration\ttrial_type\n1.5\t.75\took\n4\t0.5\tals je\n",
    "offset.tsv": "onset\toffset\tword\n1.5\t2.25\took\n4\t4.5\tals je\n",
    "text_first.csv": "word,start,end\nook,1.5,2.25\nals je,4.0,4.5\n",
    "semicolons.csv": "Start;Stop;Label\n1,5;2,25;ook\n4,0;4,5;als je\n",
    "quoted.csv": 'start,end,sentence\n"1,5","2,25",ook\n"4","4,5",als je\n',
    "milliseconds.csv": "Start (ms),End (ms),Text\n1500,2250,ook\n4000,4500,als je\n",
    "ms_suffix.tsv": "onset_ms\tduration_ms\tword\n1500\t750\took\n4000\t500\tals je\n",
    "samples.csv": "start_sample,end_sample,word\n1536,2304,ook\n4096,4608,als je\n",
    "samples_inherited.csv": "sample_start,stop,word\n1536,2304,ook\n4096,4608,als je\n",
    "camel.csv": "wordOnset,wordOffset,stimulus\n1.5,2.25,ook\n4,4.5,als je\n",
    "samples_and_seconds.csv": "startSample,startTime,endTime,word\n9,1.5,2.25,ook\n9,4,4.5,als je\n",
    "prefixed.csv": "trial,stim_onset,stim_offset,stim\n1,1.5,2.25,ook\n2,4,4.5,als je\n",
    "excel.csv": "sep=;\nonset;offset;word\n1,5;2,25;ook\n4;4,5;als je\n",
    "numpy.csv": "# start,end,word\n1.5,2.25,ook\n4,4.5,als je\n",
    "elan.txt": "Begin Time - ss.msec\tEnd Time - ss.msec\tText\n1.500\t2.250\took\n4.000\t4.500\tals je\n",
    "unusual_text.tsv": "onset\tduration\tex_name\n1.5\t.75\took\n4\t.5\tals je\n",
    "first_text_is_empty.tsv": "onset\tduration\ttrial_type\tword\n1.5\t.75\tn/a\took\n4\t.5\t\tals je\n",
    "audacity.txt": "1.500000\t2.250000\took\n\\\t100.0\t200.0\n4.000000\t4.500000\tals je\n",
    "no_header.csv": "1.5,0.75,ook\n4,0.5,als je\n",
    "blanks.txt": "1.5 2.25 ook\n4 4.5 als je\n",
    "list.json": '[{"onset": 1.5, "duration": 0.75, "word": "ook"}, {"onset": 4, "duration": 0.5, "word": "als je"}]',
    "inside.json": '{"made": "by hand", "events": [{"start": 1.5, "end": 2.25, "text": "ook"},'
    ' {"start": 4, "end": 4.5, "text": "als je"}]}',
    "lists.json": '[[1.5, 2.25, "ook"], [4, 4.5, "als je"]]',
    "columns.json": '{"onset": [1.5, 4], "duration": [0.75, 0.5], "word": ["ook", "als je"]}',
    "psychopy.csv": "word,trials.thisN,cross.started,cross.stopped,word.started,word.stopped,participant\n,,,,,,p1\n"
    "ook,0,1.0,1.4,1.5,2.25,p1\nals je,1,3.0,3.4,4.0,4.5,p1\n",
    "long.TextGrid": LONG_GRID,
    "short.TextGrid": SHORT_GRID,
}
SILENT = {"bids.tsv", "offset.tsv", "first_text_is_empty.tsv", "list.json", "columns.json"}
"""Tables that leave nothing to guess."""


@pytest.mark.parametrize("name", TABLES)
def test_every_form_gives_the_same_markers(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(TABLES[name], encoding="utf-16" if name == "long.TextGrid" else "utf-8")
    notes: list[str] = []
    got = read_events(tmp_path / name, 1024.0, notes)
    assert [text for _, text in got] == [text for _, text in OOK]
    np.testing.assert_allclose([t for t, _ in got], [t for t, _ in OOK], atol=1e-9)
    assert bool(notes) == (name not in SILENT), notes


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("onset\tduration\tword\n1.5\tn/a\took\nn/a\t1\tals\n", [(1.5, "ook")]),
        ("1.0\t5\n0.5\t6\n", [(1.0, "5"), (0.5, "6")]),  # onset and code
        ("1.0\n2.5\n", [(1.0, "event"), (2.5, "event")]),
        ("sample\tvalue\n512\t3\n", [(0.5, "3")]),
        ("onset\tduration\tsample\tvalue\n1.5\t0\t99\t3\n", [(1.5, "3")]),  # BIDS states both
        ("onset\tduration\tword\n", []),
        ("[]", []),
        ("word,word.started,word.stopped\nook,1.5,None\n", [(1.5, "ook")]),
        ("Time\tAction\n2.5\tPlayed a.wav\n", [(2.5, "Played a.wav")]),
    ],
)
def test_cues_without_a_length(text: str, want: list[tuple[float, str]], tmp_path: Path) -> None:
    (tmp_path / "cues.txt").write_text(text)
    assert read_events(tmp_path / "cues.txt", 1024.0) == want


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("onset,duration,word\n1,25,0,5,ook\n", "row 2 has 5 cells, the header 3; numbers with a decimal comma"),
        ("1,25,2,5,ook\n3,5,4,25,als\n", "separators or decimal commas"),
        ("start,end,word\n1024,2048,ook\n", "typically 1024 long, and no unit: call them start_sample"),
        ("1024\t2048\took\n", "samples or milliseconds"),
        ("start_sample,duration,word\n1024,512,ook\n", "call it duration_s or duration_sample"),
        ("onset,offset,word\n2,1,ook\n", r"row 2: ends \(1 s\) before it begins"),
        ("onset\tword\nlater\took\n", "row 2: expected columns onset and duration"),
        ("latency\ttype\n700\tS 1\n", "row 2: expected columns onset and duration"),
        ("[1, 2]", "expected a list of cues"),
        ('[{"onset": 1', "not valid JSON"),
        (SHORT_GRID[:90], "not a readable TextGrid"),
    ],
)
def test_what_cannot_be_told_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "cues.txt").write_text(text)
    with pytest.raises(BkError, match=message) as caught:
        read_events(tmp_path / "cues.txt", 1024.0)
    assert "\n" not in str(caught.value)
    assert "cues.txt" in str(caught.value)


def test_samples_need_a_rate(tmp_path: Path) -> None:
    (tmp_path / "cues.csv").write_text(TABLES["samples.csv"])
    with pytest.raises(BkError, match="times in samples, and the neural rate is not known"):
        read_events(tmp_path / "cues.csv")


def test_cues_outside_the_recording_are_said_and_the_axis_is_the_recordings(tmp_path: Path) -> None:
    (tmp_path / "cues.tsv").write_text("onset\tword\n-1\ta\n2\tb\n9.5\tc\n12\td\n")
    notes: list[str] = []
    assert table_markers(tmp_path / "cues.tsv", 100.0, 1000.0, 10_000, notes) == [
        (99.0, "a"), (102.0, "b"), (109.5, "c"), (112.0, "d"),
    ]  # fmt: skip
    assert notes == ["cues of cues.tsv: 1 of 4 before the recording, 1 beyond its end (10.0 s)"]
