"""What one run of `offline.train` is, kept beside its checkpoints: may it begin in a folder, may it go on there?"""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bk_realtime.config import VocoderSettings, from_dict, read_toml, to_dict, write_toml
from bk_realtime.decoder.bundle import INDEX
from bk_realtime.errors import BkError

if TYPE_CHECKING:
    from offline.train import Train

RUN = "run.toml"
"""In it, what ``--resume`` must find unchanged, and the vocoder."""

HASHES = "sha256"
"""In it, the content of the recordings."""

_NOT_PART_OF_A_RUN = ("out", "resume", "overwrite", "machine", "cache", "save_predictions", "compare", "vocoder")


def run_of(settings: Train) -> dict[str, Any]:
    """What makes one run another: all that its weights depend on."""
    run = {k: v for k, v in to_dict(settings).items() if k not in _NOT_PART_OF_A_RUN}
    return {**run, "recordings": [path.name for path in settings.recordings]}


def refuse(settings: Train, work: Path) -> None:
    """Before anything is read: may ``--out`` be written, and is ``--resume`` the same run?"""
    if settings.resume:
        run, before = run_of(settings), read_toml(work / RUN)
        compared = {*run, *before} - {HASHES, *_NOT_PART_OF_A_RUN}  # a run begun earlier may name some of those
        changed = sorted(k for k in compared if run.get(k) != before.get(k))
        if changed:
            raise BkError(
                f"--resume: {changed[0]} is {run.get(changed[0])!r}, the run in {settings.out} has "
                f"{before.get(changed[0])!r}; expected the same command, or train anew with --overwrite"
            )
    elif settings.out.exists() and (settings.out.is_file() or any(settings.out.iterdir())):
        if not settings.overwrite:
            raise BkError(f"{settings.out} exists; choose another --out, or pass --resume or --overwrite")
        if not settings.out.is_dir() or not ((settings.out / INDEX).exists() or work.exists()):
            raise BkError(f"{settings.out} holds something else than a decoder; expected a bundle to overwrite")


def prepare(settings: Train, work: Path, hashes: list[str]) -> None:
    """The data are good: clear what ``--overwrite`` allows to be replaced, note what this run is. On ``--resume``: are
    they the same data?"""
    if settings.resume:
        before = read_toml(work / RUN).get(HASHES)
        for i, path in enumerate(settings.recordings):
            if before is None or before[i : i + 1] != [hashes[i]]:
                was = (
                    "does not say which recordings it read"
                    if before is None
                    else "read it otherwise, or another file of that name"
                )
                raise BkError(f"--resume: {path}: the run in {settings.out} {was}; train anew with --overwrite")
    else:
        shutil.rmtree(work, ignore_errors=True)
        (settings.out / INDEX).unlink(missing_ok=True)
        work.mkdir(parents=True)
    vocoder = _at(settings.vocoder, Path.cwd())
    write_toml(work / RUN, {**run_of(settings), HASHES: hashes, "vocoder": to_dict(vocoder)})


def kept_vocoder(out: Path, work: Path) -> VocoderSettings:
    """The vocoder of the bundle in ``out``; that of the run's last command while there is no bundle yet."""
    path = out / INDEX if (out / INDEX).exists() else work / RUN
    return _at(from_dict(VocoderSettings, read_toml(path).get("vocoder", {}), f"{path}: vocoder"), out)


def _at(vocoder: VocoderSettings, folder: Path) -> VocoderSettings:
    """The same with its weights, where it has any, named from ``folder``."""
    return dataclasses.replace(vocoder, weights=str(folder / vocoder.weights)) if vocoder.weights else vocoder
