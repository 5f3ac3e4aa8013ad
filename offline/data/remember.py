"""Fingerprints for a bundle that was trained before bundles kept them, from the recordings that it was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.torch import save

from bk_realtime.clock import FrameClock
from bk_realtime.config import read_toml, write_toml
from bk_realtime.decoder.bundle import FINGERPRINT, load_bundle
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.errors import InputError
from bk_realtime.features import fit_statistics
from bk_realtime.files import write_bytes
from offline.data.fingerprint import fingerprint
from offline.data.heard import words_kept
from offline.data.known_content import kept_tensors
from offline.data.processed import process_recording
from offline.io.recording import Recording, file_hash

MOST_OFF = 1e-4
"""Nepers by which mean and deviation of a feature may differ from those of the training: a session that is computed
anew on another machine is rounded otherwise (4e-7), any other session is tenths away."""


def remember_content(folder: Path, recordings: Sequence[Recording]) -> None:
    """Add ``fingerprint.safetensors``, and which words were heard, to a bundle; weights and statistics stay as they
    are, byte by byte.

    Whether the recordings are those of the training is not told by their bytes, since a session that is made again has
    others, but by mean and deviation of its features over the frames that the bundle says it was fitted on.

    Parameters
    ----------
    recordings : in the order in which they were trained on.

    Raises
    ------
    InputError
        A bundle that keeps fingerprints, or does not say which frames it was fitted on; other recordings.
    """
    bundle, index = load_bundle(folder), read_toml(folder / INDEX)
    if bundle.fingerprints:
        raise InputError(f"{folder} keeps fingerprints of what it was trained on already; expected a bundle without")
    data = index["provenance"].get("data", [])
    entries = [{"name": name, **entry} for name, entry in data.items()] if isinstance(data, dict) else list(data)
    if len(entries) != len(recordings) or any("training" not in entry for entry in entries):
        raise InputError(
            f"{folder} names {len(entries)} recordings with the frames that it was fitted on, got {len(recordings)}; "
            "train it again"
        )
    rate = float(FrameClock(bundle.sfreq, bundle.mel.sample_rate, bundle.mel.hop_length).frame_rate)
    fitted, prints = [], []
    for entry, recording in zip(entries, recordings, strict=True):
        heard = words_kept(recording, entry["training"], bundle.mel, bundle.lead_ms)
        entry |= {"words": heard} if heard else {}
        power = process_recording(recording, bundle.features, bundle.mel, bundle.labels).log_power
        fitted += [power[first:stop] for first, stop in entry["training"]]
        parts = [*entry["training"], entry["validation"]]
        prints.append(fingerprint(recording).only([(first / rate, stop / rate) for first, stop in parts]))
    mean, std = fit_statistics(np.concatenate(fitted))
    off = np.nanmax(np.abs(np.concatenate([mean - bundle.mean, std - bundle.std])))
    if not off <= MOST_OFF:
        raise InputError(
            f"{folder} was trained on {', '.join(e['name'] for e in entries)}, and its features there were up to "
            f"{off:.2g} Np apart from those of what is here; expected the very same signal; train it again"
        )
    write_bytes(folder / FINGERPRINT, save(kept_tensors(prints)))
    index["files"][FINGERPRINT] = file_hash(folder / FINGERPRINT)
    index["provenance"]["data"] = entries  # a list, in the order of the fingerprints
    write_toml(folder / INDEX, index)
