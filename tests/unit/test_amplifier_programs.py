"""What LSL programs of amplifiers announce: labels, types, units and formats, through header, inlet and matching.

Facts from the public source of App-BrainAmpSeries (brain-products), App-g.Tec (labstreaminglayer), the OpenBCI LSL
programs (openbci-archive) and mne-lsl; of BioSemi, Nihon Kohden, Natus and Blackrock the channel names of their files.
"""

from __future__ import annotations

from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np
import pytest

from bk_realtime.errors import BkError
from bk_realtime.montage.units import in_microvolts
from bk_realtime.xdf.header import stream_description
from tests.engine_fakes import tiny_bundle


class Channel(NamedTuple):
    """What a program writes of one channel; "" leaves the entry out."""

    label: str
    type: str = "EEG"
    unit: str = "microvolts"
    factor: str = ""


def announced(channels: list[Channel], rate: float = 1000.0, channel_format: str = "float32", n: int = 0) -> str:
    """The header that LSL makes of it; ``n`` channels where fewer are described."""
    rows = ""
    for channel in channels:
        entries = zip(("label", "type", "unit", "scaling_factor"), channel, strict=True)
        rows += "<channel>" + "".join(f"<{k}>{escape(v)}</{k}>" for k, v in entries if v) + "</channel>"
    desc = f"<channels>{rows}</channels>" if channels else ""
    return (
        f"<info><name>amp</name><type>EEG</type><channel_count>{n or len(channels)}</channel_count>"
        f"<nominal_srate>{rate}</nominal_srate><channel_format>{channel_format}</channel_format>"
        f"<source_id>1</source_id><desc>{desc}</desc></info>"
    )


TRAINED = ("LA1", "LA2", "LA3", "DC1'")
"""The decoder's labels; the last one looks like an input for other signals and is a contact."""
MAP = {label: f"ch{i}" for i, label in enumerate(TRAINED, 1)}
TRIGGER, TRIG1 = Channel("triggerStream", "EEG", "code"), Channel("Trig1", "Trigger", "Boolean")
CASES = {
    # App-BrainAmpSeries: trigger channel of type EEG and unit code; raw stream int16 with a factor beside the unit
    "BrainAmp": (announced([*map(Channel, TRAINED), TRIGGER]), {}, [1] * 5),
    "BrainAmp raw": (
        announced([*(Channel(x, factor="0.1") for x in TRAINED), TRIGGER], 5000, "int16"),
        {},
        [0.1] * 4 + [1],
    ),
    # BioSemi: 2048 Hz, the trigger first, EXG of a type of their own, Status without any
    "BioSemi": (
        announced([TRIG1, *map(Channel, TRAINED), Channel("EXG1", "EXG"), Channel("Status", "", "")], 2048),
        {},
        [1] * 7,
    ),
    # OpenBCI's LSL programs describe no channel at all and send µV
    "OpenBCI": (announced([], n=4), {"unit": "uV", "map": MAP}, [1, 1, 1, 1]),
    "OpenBCI in counts": (announced([], n=4), {"gain": 0.02235, "map": MAP}, [0.02235] * 4),
    # App-g.Tec: every channel of type EEG in microvolts, 1200 or 2400 Hz
    "g.tec": (announced(list(map(Channel, TRAINED)), 1200), {}, [1, 1, 1, 1]),
    # exports of Nihon Kohden: POL and EEG before, Ref behind, the microphone on a DC input
    "Nihon Kohden": (
        announced(
            [
                *(Channel(f"POL {x}", "", "uV") for x in TRAINED[:3]),
                Channel("EEG DC1'-Ref", "", "uV"),
                Channel("POL DC09", "", "mV"),
                *(Channel(x, "", "uV") for x in ("POL EKG1", "POL E")),
            ],
            2000,
        ),
        {},
        [1, 1, 1, 1, 1000, 1, 1],
    ),
    # Natus: zeros before the number, DC, OSAT and PR beside
    "Natus": (
        announced(
            [
                *(Channel(x, "", "uV") for x in ("LA01", "LA02", "LA03", "DC01'", "DC1")),
                *(Channel(*x) for x in (("OSAT", "", "%"), ("PR", "", "bpm"), ("TRIG", "", ""))),
            ],
            1024,
        ),
        {},
        [1] * 8,
    ),
    # Blackrock: counts of 0.25 µV as int16 and no unit
    "Blackrock": (
        announced([*(Channel(x.lower(), "", "") for x in TRAINED), Channel("ainp1", "AUX", "")], 2000, "int16"),
        {"gain": 0.25},
        [0.25] * 4 + [1],
    ),
    "unit stated once": (
        announced([Channel(TRAINED[0], "", "mV"), *(Channel(x, "", "") for x in TRAINED[1:])]),
        {},
        [1000] * 4,
    ),
    # the player of mne-lsl: MNE's words as types, multipliers as units, stim channel with 0
    "mne-lsl in V": (
        announced([*(Channel(x, "seeg", "0") for x in TRAINED), Channel("STI 014", "stim", "0")], 1024),
        {},
        [1e6] * 4 + [1],
    ),
    "mne-lsl in µV": (
        announced([*(Channel(x, "seeg", "-6") for x in TRAINED), Channel("ECG", "ecg", "-6")], 1024),
        {},
        [1] * 5,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_decoder_finds_its_channels_in_microvolts(name: str, tmp_path) -> None:
    xml, told, factors = CASES[name]
    described = stream_description(xml)
    label_map = told.get("map", {})
    also = [label_map.get(label, label) for label in TRAINED]
    in_uv, scale, _ = in_microvolts(described, told.get("unit"), told.get("gain"), also)
    np.testing.assert_allclose(np.ones(described.n_channels) if scale is None else scale, factors)
    fit = tiny_bundle(tmp_path / "b", labels=TRAINED).check(in_uv, label_map)
    found = [described.labels[fit.labels.index(label)] for label in TRAINED]
    bare = [x.upper().replace("POL ", "").replace("EEG ", "").replace("-REF", "").replace("0", "") for x in found]
    assert bare == (["CH1", "CH2", "CH3", "CH4"] if label_map else list(TRAINED))
    assert float(fit.rate) == described.sfreq


@pytest.mark.parametrize(
    ("channels", "message"),
    [
        ([Channel(x, "", "") for x in TRAINED], "does not state a unit.*--unit.*--gain"),
        ([Channel(x, unit="counts") for x in TRAINED], "'counts', which is no voltage.*--gain"),
        ([Channel(x.lower(), "AUX") for x in TRAINED], "no brain channel"),
        (
            [Channel("la1", "AUX"), *map(Channel, TRAINED[1:])],
            "'la1' would be .* 'LA1', but its type is AUX",
        ),
    ],
)
def test_what_may_hurt_is_refused_in_one_line(channels: list[Channel], message: str, tmp_path) -> None:
    bundle = tiny_bundle(tmp_path / "b", labels=TRAINED)
    with pytest.raises(BkError, match=message) as caught:
        bundle.check(in_microvolts(stream_description(announced(channels)), None, None, TRAINED)[0])
    assert "\n" not in str(caught.value)


def test_a_channel_of_another_type_is_used_by_its_very_label_and_said(tmp_path) -> None:
    channels = [Channel("LA1", "AUX", "mV"), *map(Channel, TRAINED[1:])]
    in_uv, scale, _ = in_microvolts(stream_description(announced(channels)), None, None, TRAINED)
    assert scale is not None
    assert scale[0] == 1000
    notes = tiny_bundle(tmp_path / "b", labels=TRAINED).check(in_uv).notes
    assert any("of stated type AUX" in note and "'LA1'" in note for note in notes)
