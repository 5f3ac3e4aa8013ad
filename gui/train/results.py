"""What a training has brought: a score card for each decoder, and which one was kept of ridge and network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gui import theme
from gui.said import translated
from gui.train.choice import Choice, read_choice
from gui.train.curve import Learnt, curve_words, more_words
from gui.train.plan import BETTER, NAMES, SCORES, Phase
from gui.train.score_words import FILE, answers, doubt, headline, read_card
from gui.train.view import TrainView
from gui.words import tr


class Results:
    """Of one participant's newest training.

    Parameters
    ----------
    view : shows them.
    use : what the button under a score card does, given the decoder.

    Attributes
    ----------
    trained : decoders that were scored, by their name in the window.
    doubts : what speaks against each; empty where nothing does.
    by_hand : the operator has chosen: nothing is chosen for them any more.
    choice, network : what was taken of ridge and this kind of network.
    """

    def __init__(self, view: TrainView, use: Callable[[Path], None]) -> None:
        self._view, self._use = view, use
        self.trained: dict[str, Path] = {}
        self.doubts: dict[Path, str] = {}
        self.by_hand = False
        self.choice: Choice | None = None
        self.network = ""

    def clear(self) -> None:
        """Nothing is in sight any more."""
        self.trained.clear()
        self.doubts.clear()
        self._view.clear_cards()

    def begin(self) -> None:
        """Another training: nobody has chosen yet."""
        self.clear()
        self.choice, self.by_hand = None, False

    def show(self, phase: Phase) -> None:
        """The score card of a decoder.

        Raises
        ------
        BkError
            There is none that can be read.
        """
        card = read_card(phase.bundle / SCORES / FILE)
        name, found = self._name(phase), answers(card)
        self.trained[name], self.doubts[phase.bundle] = phase.bundle, doubt(found)
        use = self._view.show_card(name, headline(card), found, str(phase.bundle))
        use.clicked.connect(lambda: self._use_by_hand(phase.bundle))

    def show_used(self, bundle: Path | None, session_runs: bool) -> None:
        """Which of them the participant's sessions use: ``bundle``. Another one is taken while no session runs."""
        for name, use in self._view.uses.items():
            used = self.trained.get(name) == bundle
            use.setEnabled(not used and not session_runs)
            theme.set_text(use, tr("In use") if used else tr("Use this decoder"))

    def show_curve(self, phase: Phase, told: Learnt | None, others: int, trouble: str, mark: str) -> None:
        """The learning curve of one recording beside ``others``, its words behind ``mark``; or the ``trouble`` that
        left none."""
        words = mark + translated(curve_words(told, phase.bundle.name, others, trouble))
        self._view.show_curve(told, translated(more_words(told)), words)

    def decide(self, phase: Phase, mark: str) -> bool:
        """Say what the comparison has taken, its figures behind ``mark``; whether ridge is kept.

        Raises
        ------
        BkError
            Its bundle does not say so.
        """
        self.choice, self.network = read_choice(phase.bundle), phase.network
        keeps = self.choice.keeps_ridge
        self._view.show_kept(translated(self.choice.line(self._name(phase))), mark + self.choice.why, keeps)
        return keeps

    def _name(self, phase: Phase) -> str:
        if phase.kind != BETTER or self.choice is None:
            return phase.name
        members = [tr(NAMES.get(kind, kind)) for kind in self.choice.members]
        return members[0] if len(members) == 1 else tr("average of {members}").format(members=tr(" and ").join(members))

    def _use_by_hand(self, bundle: Path) -> None:
        self.by_hand = True
        self._use(bundle)
