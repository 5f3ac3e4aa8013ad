"""What is wrong with features that were made elsewhere: missing and flat ones. Spectra and levels tell nothing."""

from __future__ import annotations

import warnings

import numpy as np

from offline.inspection.channels import FLAT, MISSING, ChannelQuality, Quality, fitted, flat_share
from offline.io.recording import Recording


def check_features(recording: Recording) -> Quality:
    """Judge every feature of a recording that holds features; its spectra are empty, its levels in the features' own
    unit."""
    missing = np.isnan(recording.neural).mean(axis=0)
    flat = flat_share(recording, fitted(None, recording).flat_s) - missing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # features without any value
        level = np.nan_to_num(np.nanstd(recording.neural, axis=0, dtype=np.float64))
    channels = []
    for c, label in enumerate(recording.labels):
        why = [f"missing {missing[c]:.0%}"] if missing[c] >= MISSING else []
        why += [f"flat {flat[c]:.0%} of the time"] if flat[c] >= FLAT else []
        why += ["constant"] if level[c] == 0 and missing[c] < 1 else []
        why += ["listed as bad in the file"] if label in recording.bad else []
        numbers = (float(level[c]), float(missing[c]), float(flat[c]), 0.0, 0.0, 0.0, 0.0)
        channels.append(ChannelQuality(label, *numbers, tuple(why)))
    none = np.zeros((0, recording.n_channels))
    return Quality(tuple(channels), np.zeros(0), none, none, 0.0, 0.0)
