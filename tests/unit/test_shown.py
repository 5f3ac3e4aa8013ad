"""Names that others chose, in terminals, logs, figures and HTML: they only show themselves."""

from __future__ import annotations

import logging
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bk_realtime.certify.checks import Check
from bk_realtime.certify.paper import write_pdf
from bk_realtime.errors import BkError, InputError, OptionError, exit_cleanly
from bk_realtime.logs import _OneLine, say
from bk_realtime.session.conditions import ConditionSettings
from bk_realtime.shown import named, short, shown, some, some_labels
from offline import inspect
from offline.io import read_recording
from offline.io.bids_export import _table
from offline.scoring import plotting
from tests.xdf_files import Stream, amp, write

ODD = (
    "$x$_{",
    "$",
    "\\frac{1}{",
    "<script>alert(1)</script>",
    "\x1b[2J\x07",
    "a\tb\nc",
    "\u202eabc",
    "'\"&",
    "../../x",
    "",
)


def test_only_letters_that_show_themselves() -> None:
    assert shown("amp\x1b[2J\u202e\u200b\ud800\n") == "amp\\x1b[2J\\u202e\\u200b\\ud800\\n"
    assert shown("Größe 1 µV\u00a0名 …") == "Größe 1 µV\u00a0名 …"
    assert named("a\x1b") == "'a\\x1b'"
    assert short("x" * 500, 100) == "x" * 50 + "…" + "x" * 50


def test_a_complaint_is_one_line_wherever_it_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not only on the command line: in a log, a table, a reply of the control channel, the window."""
    assert str(InputError("a  b.xdf:\n\t no\x1b[31m channels \u2028 here\n")) == ("a  b.xdf: no\\x1b[31m channels here")
    assert f"{BkError()}" == ""
    with pytest.raises(OptionError, match=r"^--blind 'a\\nb': expected one of no, letters, hidden$"):
        ConditionSettings(blind="a\nb")
    with pytest.raises(BkError) as caught:
        read_recording(tmp_path / "a\nb.xdf")
    assert str(caught.value) == f"{tmp_path}/a\\nb.xdf: no such file"

    @exit_cleanly
    def fails() -> None:
        raise InputError("first\nsecond")

    with pytest.raises(SystemExit):
        fails()
    assert capsys.readouterr().err == "error: first second\n"


def test_terminal_and_log_lines_hold_no_escape_sequences(capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "stream %s is gone", ("a\x1b[2Jb\u202e",), None)
    assert _OneLine().format(record) == "warning: stream a\\x1b[2Jb\\u202e is gone"
    say("recording a\x1b[2Jb\nsecond line")

    @exit_cleanly
    def fail() -> None:
        raise BkError("no stream a\x1b[2Jb")

    with pytest.raises(SystemExit):
        fail()
    said = capsys.readouterr()
    assert said.out == "recording a\\x1b[2Jb\nsecond line\n"
    assert said.err == "error: no stream a\\x1b[2Jb\n"


class Tags(HTMLParser):
    """The names of all elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.add(tag)


def test_odd_labels_in_the_html_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = [f"{odd}{i}" for i, odd in enumerate(ODD) if odd.isprintable()]
    stamps = 50.0 + np.arange(8192) / 1024
    data = np.random.default_rng(1).standard_normal((8192, len(labels))).astype(np.float32) * 30
    path = write(tmp_path, amp(data, stamps, labels=labels), Stream("$m$<b>", "Markers", 0.0, ["$x$<i>"], [51.0]))
    inspect.main([str(path), "--html", str(tmp_path / "x.html")])
    page, tags = (tmp_path / "x.html").read_text(encoding="utf-8"), Tags()
    tags.feed(page)
    assert not tags.names & {"script", "b1", "i"}
    assert "&lt;script&gt;" in page
    assert page.count("data:image/png") >= 2


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("text", ODD)
def test_odd_text_anywhere_in_a_figure(text: str) -> None:
    def draw(figure: Figure) -> None:
        figure.suptitle(text)
        axes = figure.subplots(1, 2)
        axes[0].plot([0, 1], [1, 10], label=text or "x")
        axes[0].set(title=text, xlabel=text, yscale="log")
        axes[0].set_xticks([0, 1], [text, text])
        axes[0].text(0.5, 2, text)
        axes[0].legend()

    assert len(plotting.png(draw, 4, 2)) > 500


def test_figures_with_usual_text_look_as_ever() -> None:
    def draw(figure: Figure) -> None:
        axes = figure.subplots(1, 2)
        axes[0].plot(np.arange(1, 9), 10.0 ** np.arange(8), label="A1")
        axes[0].set(title="levels, µV", yscale="log")
        axes[1].plot([1, 20000], [0, 1e7])
        axes[1].set(xscale="log")
        axes[0].legend()

    pictures = []
    for prepare in (plotting.plain_text, lambda _: None):
        figure = Figure(figsize=(6, 3), dpi=110, layout="constrained")
        draw(figure)
        canvas = FigureCanvasAgg(figure)
        prepare(figure)
        canvas.draw()
        pictures.append(np.asarray(canvas.buffer_rgba()).copy())
    assert np.array_equal(*pictures)


@pytest.mark.filterwarnings("ignore:Glyph")
def test_odd_names_on_the_certificate(tmp_path: Path) -> None:
    checks = [Check(odd, odd, "fail", odd, odd) for odd in ODD]
    facts = {odd: odd for odd in ODD}
    write_pdf(tmp_path / "x.pdf", "fail", facts, checks, [(odd, 1.0) for odd in ODD], {}, np.zeros(0), False)
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


def test_odd_names_in_tables_keep_their_cells(tmp_path: Path) -> None:
    rows = [{"name": odd, "units": "uV"} for odd in ODD]
    _table(tmp_path / "x.tsv", rows, ("name", "units"))
    lines = (tmp_path / "x.tsv").read_text(encoding="utf-8").split("\n")
    assert len(lines) == len(ODD) + 2
    assert all(line.count("\t") == 1 for line in lines[1:-1])
    assert [line.split("\t")[0] for line in lines[1:-1]] == [shown(odd) for odd in ODD]


def test_a_list_says_how_many_more_there_are() -> None:
    assert some(["A1", "A2", "B1"], 2) == "A1, A2 and 1 more"
    assert some(("A1", "A2"), 2) == "A1, A2"
    assert some([], 2) == ""
    assert some_labels(["A'1", "A2"], 1) == '"A\'1" and 1 more'
