"""BrainKaraoke, live half: sEEG from a Lab Streaming Layer inlet in, decoded speech out."""

__version__ = "0.1.0"
