"""What the traces are shown as: montage and filters of the display, which never touch what is decoded or recorded."""

from __future__ import annotations

from dataclasses import dataclass

from gui.words import later, tr

MONTAGES = {
    "none": later("as recorded"),
    "bipolar": later("bipolar"),
    "shaft": later("shaft average"),
    "average": later("common average"),
}
"""Re-references offered, by the name that the operators have for them."""
HIGH_PASS_HZ = (0.0, 0.5, 1.0, 4.0, 70.0)
LOW_PASS_HZ = (0.0, 15.0, 30.0, 70.0, 170.0)
NOTCH_HZ = (0.0, 50.0, 60.0)
"""Edges offered; 0: none."""
UNTOLD = later("cannot tell shafts from these labels")
ALONE = later("an average needs two brain channels")


@dataclass(frozen=True)
class Display:
    """One choice; edges in Hz, 0 for none."""

    montage: str = "none"
    high_pass: float = 0.0
    low_pass: float = 0.0
    notch: float = 0.0

    @property
    def filtered(self) -> bool:
        """Whether any filter is on."""
        return bool(self.high_pass or self.low_pass or self.notch)

    @property
    def plain(self) -> bool:
        """Whether the traces are shown as they were recorded."""
        return self.montage == "none" and not self.filtered

    @property
    def words(self) -> str:
        """The choice as it stands beside the traces."""
        parts = [tr(MONTAGES[self.montage])]
        if self.high_pass and self.low_pass:
            parts.append(f"{self.high_pass:g}–{self.low_pass:g} Hz")
        elif self.high_pass:
            parts.append(tr("from {hz:g} Hz").format(hz=self.high_pass))
        elif self.low_pass:
            parts.append(tr("up to {hz:g} Hz").format(hz=self.low_pass))
        if self.notch:
            parts.append(tr("without {hz:g} Hz").format(hz=self.notch))
        return ", ".join(parts)
