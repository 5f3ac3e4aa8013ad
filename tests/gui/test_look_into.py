"""Any recording looked into: read by processes, shown as it is, scrubbed, kept as a picture; hostile ones refused."""

# ruff: noqa: F811 - fixtures are arguments
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QColor, QDropEvent, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QApplication

from gui import theme
from gui.report.look_page import LookPage
from gui.report.page import ReportPage
from gui.steps.json_process import JsonProcess
from offline.data.align import aligned_audio
from offline.inspection.view_files import write_view
from offline.io import read_recording
from tests.gui.recorded import RATE, SOUND, WAIT_MS, lay_out, page, recording  # noqa: F401 - fixtures
from tests.gui.test_steps import clipped
from tests.xdf_files import BRAIN, SFREQ, START, N, Stream, write

pytestmark = pytest.mark.gui
SIMULATED = [("<desc>", "<desc><simulated>true</simulated>")]


def look_into(qtbot, page: ReportPage, path: Path) -> LookPage:
    page.inside.open(path)
    qtbot.waitUntil(lambda: not page.inside.looking.runs, timeout=WAIT_MS)
    return page.inside


# ---- what is laid out ------------------------------------------------------------------------------------------------
def test_lowest_and_highest_are_those_of_the_recording(tmp_path: Path) -> None:
    path = recording(tmp_path / "in")
    opened, read = lay_out(path, tmp_path / "view"), read_recording(path)
    per_bin = opened.view.per_bin
    bins = read.neural[: len(read.neural) // per_bin * per_bin].reshape(-1, per_bin, 3)
    np.testing.assert_array_equal(opened.traces.rows[: 2 * len(bins) : 2], bins.min(1))
    np.testing.assert_array_equal(opened.traces.rows[1 : 2 * len(bins) : 2], bins.max(1))
    times, values = opened.traces.between(2.0, 3.0)
    row = round(times[0] * 2 * SFREQ / per_bin)
    np.testing.assert_array_equal(values, opened.traces.rows[row : row + len(times)])
    assert times[0] <= 2.0 <= 3.0 <= times[-1]
    opened.centre(2.0, 3.0)
    assert np.abs(opened.traces.between(2.0, 3.0)[1].mean(0)).max() < 30  # the offset of 5 mV is not drawn
    sound = opened.sound.between(0.0, 8.0)[1][:, 0]
    np.testing.assert_allclose(sound, aligned_audio(read)[: len(sound)], atol=1 / 32000)
    assert opened.view.markers.texts == ("start;huis", "end;huis")
    assert opened.view.markers.times == pytest.approx((2.0, 3.5), abs=2e-3)
    before = opened.traces.between(-5.0, -4.0)
    assert len(before[0]) <= 3


def test_a_long_one_of_many_channels_gets_longer_bins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offline.inspection.view_files.MOST_BYTES", 8 * 3 * 8 * 10)
    opened = lay_out(recording(tmp_path / "in"), tmp_path / "view")
    assert opened.traces.rows.nbytes <= 8 * 3 * 8 * 10 * 1.1
    assert np.nanmax(opened.traces.rows) == pytest.approx((BRAIN + np.float32(5000)).max())


# ---- looked into -----------------------------------------------------------------------------------------------------
def test_a_recording_is_opened_scrubbed_and_told_in_words(qtbot, page: ReportPage, tmp_path: Path) -> None:
    path = recording(tmp_path / "in", edit=SIMULATED)
    inside = look_into(qtbot, page, path)
    view = inside.viewer
    assert view.isVisible()
    assert "SIMULATED" in view.title.text()
    assert "✓  x.xdf is whole" in view.told.text()
    for part in ("amp (sEEG)", "mic (Audio)", "words (Markers)", "no gaps"):
        assert part in view.words.text()
    assert not view.play_decoded.isVisible()
    view.slider.setValue(300)
    assert view.position == 3.0
    QTest.keyClick(view.slider, Qt.Key.Key_Right)
    assert view.position == pytest.approx(3.1)
    view.set_window(3.0)
    view.paint()
    assert {panel.frozen for panel in view.panels} == {6.0}  # the page that it is on
    assert [text for _, text in view.markers.shown()] == ["end;huis"]
    x = view.traces.x_at(4.0)
    QTest.mouseClick(view.traces, Qt.MouseButton.LeftButton, pos=QPoint(x, 50))
    assert view.position == pytest.approx(4.0, abs=0.02)
    assert all(panel.cursor_at == view.position for panel in view.panels)
    colours = set(view.traces.canvas.pixels.ravel().tolist())
    assert len(colours) > 20  # something is drawn
    view.back.click()
    assert page.view.isVisible()
    assert inside.looking._folder is None  # what was laid out is gone


def test_one_that_is_cut_off_is_said_and_still_shown(qtbot, page: ReportPage, tmp_path: Path) -> None:
    path = recording(tmp_path / "in")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 9 // 10])
    inside = look_into(qtbot, page, path)
    assert "✕  x.xdf is NOT whole" in inside.viewer.told.text()
    assert inside.viewer.opened is not None or "\n" not in inside.looking.error.strip()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"MZ\x00\x01 no recording at all", "XDF"), (b"", "empty"), (b"XDF:" + bytes(64), "")],
    ids=["another kind", "empty", "no chunk"],
)
def test_a_hostile_file_gives_one_line(qtbot, page: ReportPage, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "odd\x1b[31m.xdf"
    path.write_bytes(content)
    inside = look_into(qtbot, page, path)
    assert inside.viewer.opened is None
    assert said in inside.looking.error
    assert inside.looking.error
    assert "\n" not in inside.looking.error
    assert "\x1b" not in inside.viewer.title.text() + inside.viewer.told.text()
    assert not inside.viewer.play.isEnabled()
    assert not inside.viewer.decode.isEnabled()


def test_one_without_a_brain_says_so_and_names_its_streams(qtbot, page: ReportPage, tmp_path: Path) -> None:
    path = write(tmp_path, Stream("mic", "Audio", RATE, SOUND, START + np.arange(len(SOUND)) / RATE, units=("",)))
    inside = look_into(qtbot, page, path)
    assert "no neural stream" in inside.looking.error
    assert "mic (Audio)" in inside.viewer.words.text()


def test_it_is_dropped_on_the_page_or_chosen(page: ReportPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(page.inside.looking, "open", opened.append)
    data, path = QMimeData(), tmp_path / "x.xdf"
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    page.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, none))
    monkeypatch.setattr("gui.report.look_page.QFileDialog.getOpenFileName", lambda *a: (str(path), ""))
    page.view.file.click()
    assert opened == [path, path]
    page.session_runs = True
    page.look()
    page.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, none))
    assert opened == [path, path]
    assert "a session runs" in page.inside.viewer.told.text()


def test_a_session_ends_reading_and_sound(page: ReportPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(JsonProcess, "start_behind", lambda self, *words: None)
    page.inside.open(tmp_path / "x.xdf")
    assert page.inside.looking.runs
    page.session_runs = True
    page.look()
    assert not page.inside.looking.runs
    assert "stopped, because a session runs" in page.inside.viewer.told.text()


# ---- kept ------------------------------------------------------------------------------------------------------------
def test_a_picture_says_what_it_is(page: ReportPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = page.inside
    inside.looking.path = path = recording(tmp_path / "in", edit=SIMULATED)
    inside.looking.file = lay_out(path, tmp_path / "view")
    inside.looking.opened.emit()
    inside.looking.changed.emit()
    for _ in range(5):  # a layout asks for another turn
        QApplication.processEvents()
    inside.viewer.seek(2.5)
    asked: list[str] = []

    def ask(_: object, __: str, usual: str, ___: str) -> tuple[str, str]:
        asked.append(Path(usual).name)
        return str(tmp_path / "moment"), ""

    monkeypatch.setattr("gui.report.look_page.QFileDialog.getSaveFileName", ask)
    inside.viewer.png.click()
    assert asked == ["x_SIMULATED_2_5s.png"]
    image = QImage(str(tmp_path / "moment.png"))
    assert image.text("Title") == "x.xdf  ·  0:02.5 (0:00.0 to 0:08.0)  ·  SIMULATED: no person was recorded"
    assert "saved: " in inside.viewer.told.text()
    assert image.width() > 500
    colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
    assert len(colours) > 50
    assert {image.pixel(x, y) for x in range(200) for y in range(34)} & {QColor(theme.SIMULATED).rgb()}
    inside.save_picture(tmp_path / "in" / "x.xdf" / "no.png")  # below a file
    assert "cannot be written" in inside.viewer.told.text()
    inside.looking.path = None


# ---- seen ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("size", [(1366, 640), (1092, 490), (683, 260)])
def test_no_text_is_clipped_and_all_is_reached(qtbot, page: ReportPage, tmp_path: Path, size: tuple[int, int]) -> None:
    inside = page.inside
    inside.looking.path = tmp_path / ("a name as long as they are given, " * 2 + ".xdf")
    inside.looking.file = lay_out(recording(tmp_path / "in"), tmp_path / "view")
    inside.looking.error = "a line as long as the longest that is told, with every name and number in it; " * 3
    inside.looking.opened.emit()
    inside.looking.changed.emit()
    page.resize(*size)
    for _ in range(5):  # a layout asks for another turn
        QApplication.processEvents()
    assert inside.isVisible()
    assert page.width() == size[0]
    assert not clipped(inside.viewer)
    for one in inside.viewer.findChildren(QAbstractButton):
        if one.isVisible():
            assert one.focusPolicy() & Qt.FocusPolicy.TabFocus, one.text()
            assert one.toolTip(), one.text()
    inside.looking.path = None


def test_nothing_is_kept_of_the_one_before(qtbot, page: ReportPage, tmp_path: Path, monkeypatch) -> None:
    """Another one takes its place, and what was laid out of the first one goes."""
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(JsonProcess, "start_behind", lambda self, *words: ran.append(words))
    looking = page.inside.looking
    looking.open(recording(tmp_path / "a"))
    first = Path(looking._folder.path())
    looking.process.ended.emit(True, "")
    write_view(read_recording(looking.path), first, lambda step, done: None)
    looking.process.ended.emit(True, "")
    assert len(page.inside.viewer.opened.traces.rows) == 2 * -(-N // page.inside.viewer.opened.view.per_bin)
    looking.open(tmp_path / "b.edf")
    assert not first.exists()
    assert [words[0] for words in ran] == ["bk_realtime", "offline.inspect", "offline.inspect"]
    assert "cannot tell" in looking.whole.text  # no XDF file: nothing in it says whether it is whole
    looking.process.ended.emit(True, "")  # though nothing was laid out
    assert "no such file" in looking.error
