"""NWB files in which letters, tables, one value or nothing stand where numbers or texts belong: one line each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from bk_realtime.errors import BkError
from offline.io import read_recording
from tests.fuzz import seeds

ROWS = "general/extracellular_ephys/electrodes"
LETTERS = np.array(["a", "b"], dtype=h5py.string_dtype())


def put(name: str, data: Any) -> Callable[[h5py.File], None]:
    """Other data under a name, with the attributes of before."""

    def harm(file: h5py.File) -> None:
        kept = dict(file[name].attrs) if name in file else {}
        if name in file:
            del file[name]
        file[name] = data
        file[name].attrs.update(kept)

    return harm


def stated(name: str, attribute: str, value: Any) -> Callable[[h5py.File], None]:
    def harm(file: h5py.File) -> None:
        file[name].attrs[attribute] = value

    return harm


def stamped(data: Any) -> Callable[[h5py.File], None]:
    """Time stamps in place of a start and a rate."""

    def harm(file: h5py.File) -> None:
        del file["acquisition/iEEG/starting_time"]
        file["acquisition/iEEG/timestamps"] = data
        file["acquisition/iEEG/timestamps"].attrs.update({"interval": 1, "unit": "seconds"})

    return harm


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (put("acquisition/iEEG/channel_conversion", LETTERS), "channel_conversion: expected numbers, got texts"),
        (put("acquisition/iEEG/channel_conversion", [1.0, np.nan]), "channel_conversion: expected finite numbers"),
        (put("acquisition/iEEG/channel_conversion", 3.0), "channel_conversion"),
        (stated("acquisition/iEEG/data", "conversion", "x"), "incorrect type for 'conversion' (got 'str'"),
        (stated("acquisition/iEEG/data", "conversion", np.inf), "conversion: expected a finite number, got inf"),
        (stated("acquisition/iEEG/data", "conversion", LETTERS), "incorrect type for 'conversion'"),
        (stated("acquisition/iEEG/data", "offset", np.nan), "offset: expected a finite number, got nan"),
        (stated("acquisition/Audio/data", "unit", 3.0), "incorrect type for 'unit'"),
        (stated("acquisition/iEEG/starting_time", "rate", np.nan), "rate: expected a finite number"),
        (stated("acquisition/iEEG/starting_time", "rate", -256.0), "rate: expected Hz above 0"),
        (put("acquisition/iEEG/starting_time", np.inf), "starting_time: expected a finite number"),
        (put("acquisition/iEEG/electrodes", LETTERS), "electrodes: expected numbers of rows, got texts"),
        (put("acquisition/iEEG/electrodes", [0.0, np.nan]), "electrodes: expected numbers of rows, got others"),
        (stamped(7.0), "timestamps"),
        (stamped(np.zeros((seeds.N, 2))), "incorrect shape for timestamps"),
        (stated("acquisition/Audio/starting_time", "rate", np.inf), "rate: expected a finite number"),
        (stated("acquisition/Audio/data", "conversion", np.nan), "conversion: expected a finite number"),
        (put("intervals/trials/start_time", LETTERS), "start_time: expected seconds, one a row, got texts"),
        (put("intervals/trials/stop_time", [1.0]), "Columns must be the same length"),
    ],
)  # fmt: skip
def test_one_line_that_names_the_place(harm: Callable[[h5py.File], None], told: str, tmp_path: Path) -> None:
    path = tmp_path / "n.nwb"
    path.write_bytes(seeds.changed(seeds.nwb("tables"), harm))
    with pytest.raises(BkError) as caught:
        read_recording(path)
    message = str(caught.value)
    assert told in message
    assert message.startswith(f"{path}: ")
    assert "\n" not in message


def test_a_column_of_another_kind_names_no_channels(tmp_path: Path) -> None:
    """What cannot be labels is not taken as labels; the numbers are read all the same."""
    path = tmp_path / "n.nwb"
    path.write_bytes(seeds.changed(seeds.nwb("tables"), put(f"{ROWS}/location", np.zeros((2, 2)))))
    assert read_recording(path).labels == ("ch1", "ch2")
