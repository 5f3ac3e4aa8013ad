"""What was recorded so far: the file, every stream with its samples a second, good trials, and whether it is enough."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel, QVBoxLayout, QWidget

from bk_realtime.prompts.tally import Tally
from bk_realtime.shown import shown
from gui import theme
from gui.record.recorder_process import RecorderProcess
from gui.said import translated
from gui.words import later, tr

_FEW_WORDS = 12
OFF = later("○ not recording")


class FiguresCard(QWidget):
    """Labels alone; the page says when to look."""

    def __init__(self) -> None:
        super().__init__()
        self.rec, self.file, self.streams = QLabel(tr(OFF)), QLabel(""), QLabel("")
        self.trials, self.enough, self.words = QLabel(tr("no trial yet")), QLabel(""), QLabel("")
        self.rec.setObjectName("afar")
        self.trials.setObjectName("value")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for label, name in (
            (self.rec, tr("Recorder")),
            (self.file, tr("File")),
            (self.streams, tr("Streams")),
            (self.trials, tr("Trials")),
            (self.enough, tr("Enough")),
            (self.words, tr("Good trials of each word")),
        ):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setAccessibleName(name)
            column.addWidget(label)
            if label not in (self.rec, self.trials):
                label.setObjectName("soft")
        column.addStretch(1)

    def show_recorder(self, recorder: RecorderProcess | None, sent: int) -> None:
        """The recorder's state, its file and its streams; ``sent`` markers should be in it."""
        text, colour = recorder_words(recorder)
        theme.set_text(self.rec, text)
        self.rec.setStyleSheet(f"color: {colour};")
        if recorder is None or not recorder.figures:
            theme.set_text(self.file, "" if recorder is None else _breakable(recorder))
            theme.set_text(self.streams, "")
            return
        f = recorder.figures
        theme.set_text(self.file, f"{_breakable(recorder)}\n{f['bytes'] / 1e6:.1f} MB, {f['seconds']:.0f} s")
        lines = []
        for s in f["streams"] if recorder.code is None else ():
            rate = recorder.rates.get(s["name"], 0.0)
            what = (
                tr("{rate:.0f} of {announced:.0f} a second").format(rate=rate, announced=s["rate"])
                if s["rate"]
                else tr("{n} in all").format(n=s["n"])
            )
            lines.append(
                f"{'✕' if s['gone'] else '●'} {shown(s['name'], 40)}: {what}{tr(', GONE') if s['gone'] else ''}"
            )
        for s in f["streams"] if recorder.code is not None else ():  # nothing comes any more, and need not
            what = tr("{n:,} samples").format(n=s["n"]) if s["rate"] else tr("{n} in all").format(n=s["n"])
            lines.append(f"{shown(s['name'], 40)}: {what}{tr(', ended before the recording') if s['gone'] else ''}")
        lines += [tr("and {more} more").format(more=f["more"])] if f["more"] else []
        lines += [tr("markers: {sent} sent, {markers} in the file").format(sent=sent, markers=recorder.markers)]
        theme.set_text(self.streams, "\n".join(lines))

    def show_tally(self, tally: Tally | None) -> None:
        """Good and bad trials, minutes, and what is lacking."""
        if tally is None:
            return
        theme.set_text(
            self.trials,
            tr("{n_good} good, {n_bad} bad; {minutes:.1f} min").format(
                n_good=tally.n_good, n_bad=tally.n_bad, minutes=tally.good_s / 60
            ),
        )
        if tally.enough:
            theme.set_text(self.enough, tr("✓ enough"))
        else:
            theme.set_text(self.enough, translated(tally.lacking))
        counts = sorted(tally.by_word.items(), key=lambda item: item[1])
        listed = ", ".join(f"\u2068{shown(word, 24)}\u2069 {n}" for word, n in counts[:_FEW_WORDS])
        theme.set_text(
            self.words, listed + (tr(" … ({n} words)").format(n=len(counts)) if len(counts) > _FEW_WORDS else "")
        )


def _breakable(recorder: RecorderProcess) -> str:
    """The file's name, which may go over several lines."""
    return shown(recorder.path.name).replace("_", "_\u200b")


def why_ended(recorder: RecorderProcess) -> str:
    """Its last word, or its exit code."""
    return translated(shown(recorder.last, 300)) or tr("exit code {code}").format(code=recorder.code)


def recorder_words(recorder: RecorderProcess | None) -> tuple[str, str]:
    """How the recorder is, with a shape, and its colour."""
    if recorder is None:
        return tr(OFF), theme.SOFT
    if recorder.hangs:
        return tr("✕ RECORDER HANGS: no word for {silent_s:.1f} s; nothing may be in the file").format(
            silent_s=recorder.silent_s
        ), theme.BAD
    if recorder.recording:
        return tr("● REC"), theme.GOOD
    if recorder.ending:
        return tr("… checking the file"), theme.ACCENT
    if recorder.code is None:
        return tr("… waiting for the streams"), theme.ACCENT
    if recorder.whole:
        return tr("✓ saved, read back and complete"), theme.GOOD
    return tr("✕ RECORDER ENDED: {why}").format(why=why_ended(recorder)), theme.BAD
