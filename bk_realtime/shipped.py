"""What ships with the program: the demo's recording and decoders, and an LSL that stays on this machine."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
INSTALLED = PACKAGE / "demo_data"
"""Recording and bundles in a wheel; a checkout has them in recordings/."""
DATA = INSTALLED if INSTALLED.is_dir() else PACKAGE.parent / "recordings"
RECORDING = DATA / "demo.xdf"
BUNDLE = DATA / "demo_seq2seq"
BASELINE = DATA / "demo_ridge"


def stay_on_this_machine() -> None:
    """Confine LSL of this process and its children to this machine, with a session ID of its own.

    Must come before the first LSL call. A configuration that the user has chosen (LSLAPICFG) is left alone.
    """
    if "LSLAPICFG" in os.environ:
        return
    import tempfile

    text = (PACKAGE / "lsl_local.cfg").read_text(encoding="utf-8")
    text += f"\n[lab]\nSessionID = bk_demo_{uuid.uuid4().hex[:8]}\n"
    path = Path(tempfile.mkdtemp(prefix="brainkaraoke-")) / "lsl_api.cfg"
    path.write_text(text, encoding="utf-8")
    os.environ["LSLAPICFG"] = str(path)
