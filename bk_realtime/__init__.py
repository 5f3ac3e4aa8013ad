"""BrainKaraoke, live half: sEEG from a Lab Streaming Layer inlet in, decoded speech out."""

from bk_realtime.compiled import keep_compiled_code

__version__ = "0.1.0"

keep_compiled_code()
