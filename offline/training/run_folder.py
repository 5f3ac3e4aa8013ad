"""What one run of `offline.train` is, kept beside its checkpoints: may it begin in a folder, may it go on there?"""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path
from typing import Any

from bk_realtime.config import VocoderSettings, from_dict, read_toml, to_dict, write_toml
from bk_realtime.decoder.bundle_index import INDEX, sha256
from bk_realtime.errors import FileError, InputError, OptionError
from bk_realtime.typed import value_of
from offline.training.settings import Train

WORK = "training"
"""Sub-folder of --out with checkpoints, TensorBoard files, predictions and the bundles of the rivals."""

RUN = "run.toml"
"""In it, what ``--resume`` must find unchanged, and the vocoder."""

HASHES = "sha256"
"""In it, the content of the recordings."""

_NOT_PART_OF_A_RUN = (
    "out",
    "resume",
    "overwrite",
    "machine",
    "cache",
    "save_predictions",
    "compare",
    "vocoder",
    "figures",
    "label_map",  # the hashes of the readings know what it says
    "carry_on",  # its hash stands for it
    "vocoder_named",
)


def run_identity(settings: Train) -> dict[str, Any]:
    """What makes one run another: all that its weights depend on."""
    run = {k: v for k, v in to_dict(settings).items() if k not in _NOT_PART_OF_A_RUN}
    read = settings.read.without_folders()  # without a table of its own, as runs begun earlier have it
    return {
        **{k: v for k, v in run.items() if k != "read"},
        **read,
        "recordings": [path.name for path in settings.recordings],
        **({} if settings.carry_on is None else {"from": sha256(settings.carry_on / INDEX)}),
    }


def check_run_folder(settings: Train) -> None:
    """Before anything is read: may ``--out`` be written, and is ``--resume`` the same run?

    Raises
    ------
    OptionError, FileError
        It is another run, or the folder holds something that may not be replaced.
    """
    out, work = settings.out, settings.out / WORK
    if settings.resume:
        run, before = run_identity(settings), read_toml(work / RUN)
        compared = {*run, *before} - {HASHES, *_NOT_PART_OF_A_RUN}  # a run begun earlier may name some of those
        changed = sorted(k for k in compared if run.get(k) != before.get(k))
        if changed:
            raise OptionError(
                f"--resume: {changed[0]} is {run.get(changed[0])!r}, the run in {out} has "
                f"{before.get(changed[0])!r}; expected the same command, or train anew with --overwrite"
            )
    elif out.exists() and (out.is_file() or any(out.iterdir())):
        if not settings.overwrite:
            raise FileError(f"{out} exists; choose another --out, or pass --resume or --overwrite")
        if not out.is_dir() or not ((out / INDEX).exists() or work.exists()):
            raise FileError(f"{out} holds something else than a decoder; expected a bundle to overwrite")


def is_leader() -> bool:
    """Whether this is the first of the processes that train together, or the only one."""
    ranks = (os.environ.get(name) for name in ("RANK", "SLURM_PROCID", "LOCAL_RANK"))  # set where DDP runs us again
    return int(next((rank for rank in ranks if rank is not None), "0")) == 0


def begin_run(settings: Train, hashes: list[str]) -> None:
    """The data are good: clear what ``--overwrite`` allows to be replaced, note what this run is.

    Parameters
    ----------
    hashes : of each recording's reading.

    Raises
    ------
    InputError
        ``--resume`` with other data under the same names.
    """
    out, work = settings.out, settings.out / WORK
    run = run_identity(settings)  # before anything goes: it reads the bundle that the run starts from
    if settings.resume:
        kept = read_toml(work / RUN)
        before = list(value_of(tuple[str, ...], kept, HASHES, str(work / RUN))) if HASHES in kept else None
        for i, path in enumerate(settings.recordings):
            if before is None or before[i : i + 1] != [hashes[i]]:
                was = (
                    "does not say which recordings it read"
                    if before is None
                    else "read it otherwise, or another file of that name"
                )
                raise InputError(f"--resume: {path}: the run in {out} {was}; train anew with --overwrite")
    else:
        shutil.rmtree(work, ignore_errors=True)
        (out / INDEX).unlink(missing_ok=True)
        work.mkdir(parents=True)
    vocoder = _weights_from(settings.vocoder, Path.cwd())
    write_toml(work / RUN, {**run, HASHES: hashes, "vocoder": to_dict(vocoder)})


def kept_vocoder(out: Path) -> VocoderSettings:
    """The vocoder of the bundle in ``out``; that of the run's last command while there is no bundle yet."""
    path = out / INDEX if (out / INDEX).exists() else out / WORK / RUN
    return _weights_from(from_dict(VocoderSettings, read_toml(path).get("vocoder", {}), f"{path}: vocoder"), out)


def with_kept_vocoder(settings: Train) -> Train:
    """With ``--from`` the vocoder of yesterday's bundle, unless another one is named; with ``--resume`` beside it that
    of the run."""
    usual = settings.vocoder == VocoderSettings()
    named = not usual if settings.vocoder_named is None else settings.vocoder_named
    if settings.carry_on is None or named:
        return settings
    before = settings.out if settings.resume else settings.carry_on
    return dataclasses.replace(settings, vocoder=kept_vocoder(before))


def _weights_from(vocoder: VocoderSettings, folder: Path) -> VocoderSettings:
    """The same with its weights, where it has any, named from ``folder``."""
    return dataclasses.replace(vocoder, weights=str(folder / vocoder.weights)) if vocoder.weights else vocoder
