"""The folder of one training of the learnt vocoder: what run it holds, and whether it may be gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bk_realtime.config import read_toml, to_dict, write_toml
from bk_realtime.errors import FileError, OptionError
from bk_realtime.typed import value_of
from offline.vocoder_lab.settings import TrainVocoder

CHECKPOINT, WEIGHTS_NAME, RUN = "last.pt", "learnt.safetensors", "run.toml"
FILES = ("trained_on", "held_out_files")
"""Entries of run.toml that are known once the files are read."""


def check_folder(settings: TrainVocoder) -> None:
    """Before anything is read: may ``--out`` be written, and is ``--resume`` the same run?"""
    if settings.resume:
        plan, before = _plan(settings), read_toml(settings.out / RUN)
        before = {k: v for k, v in before.items() if k not in FILES}
        changed = sorted(k for k in {*plan, *before} if plan.get(k) != before.get(k))
        if changed:
            raise OptionError(
                f"--resume: {changed[0]} is {plan.get(changed[0])!r}, the run in {settings.out} has "
                f"{before.get(changed[0])!r}; expected the same command, or train anew with --overwrite"
            )
        return
    if settings.out.exists() and (settings.out.is_file() or any(settings.out.iterdir())):
        if not settings.overwrite:
            raise FileError(f"{settings.out} exists; choose another --out, or pass --resume or --overwrite")
        if not (settings.out / RUN).is_file():
            raise FileError(f"{settings.out} holds something else than a vocoder training; expected one to overwrite")
        if settings.fine_tune is not None and settings.out.resolve() in settings.fine_tune.resolve().parents:
            raise OptionError(f"--overwrite would delete {settings.fine_tune}, to start from; choose another --out")


def check_files(settings: TrainVocoder, files: dict[str, list[str]]) -> None:
    """A resumed run trains on what it trained on, and holds out what it held out."""
    before = read_toml(settings.out / RUN)
    for name in FILES:
        if name not in before:
            raise FileError(f"--resume: the run in {settings.out} does not say which files it trained on; train anew")
        kept = list(value_of(tuple[str, ...], before, name, str(settings.out / RUN)))
        changed = sorted(set(files[name]) ^ set(kept))
        if changed or files[name] != kept:
            raise OptionError(
                f"--resume: the sound files are not those that the run in {settings.out} began with ({name} differs"
                f"{': ' + changed[0] if changed else ' in order'}); expected the same, or train anew with "
                "--overwrite"
            )


def begin(settings: TrainVocoder, files: dict[str, list[str]]) -> None:
    """All is read and good: clear what ``--overwrite`` allows to be replaced, note what this run is."""
    if settings.resume:
        return
    settings.out.mkdir(parents=True, exist_ok=True)
    for path in settings.out.iterdir():
        if path.name in (CHECKPOINT, WEIGHTS_NAME, RUN) or path.name.startswith("events."):
            path.unlink()
    write_toml(settings.out / RUN, {**_plan(settings), **files})


def _plan(settings: TrainVocoder) -> dict[str, Any]:
    """What makes a run the run it is, for TOML; paths by name, so that it can go on elsewhere."""

    def plain(value: Any) -> Any:
        if isinstance(value, Path):
            return value.name
        return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value

    left_out = ("out", "resume", "overwrite", "threads", "checkpoint_minutes", "score_clips")
    return {k: plain(v) for k, v in to_dict(settings).items() if k not in left_out}
