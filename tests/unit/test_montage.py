"""Which channels are brain, and in what unit: by stated type first, by name only without one."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage import ChannelInfo, bare_label, choose_channels, is_brain, tell_apart


@pytest.mark.parametrize(
    "kind", ["AUX", "ECG", "EKG", "EOG", "EMG", "MISC", "TRIG", "stim", "DC", "Photodiode", "Audio"]
)
def test_a_stated_type_that_is_no_brain_leaves_a_contact_name_out(kind: str) -> None:
    assert is_brain("A1", kind) == (False, f"type {kind}")


@pytest.mark.parametrize("label", ["ACC1", "TEMP1", "STI1", "PD1", "DC1", "AUX1"])
@pytest.mark.parametrize("kind", ["SEEG", "ecog", "EEG", "sEEG", "dbs"])
def test_a_stated_brain_type_wins_over_a_name(label: str, kind: str) -> None:
    assert is_brain(label, kind) == (True, "")


@pytest.mark.parametrize(
    "label",
    [
        "POL DC09",
        "POL EKG1",
        "EEG EKG1-Ref",
        "DC1",
        "EXG3",
        "Status",
        "AUX1",
        "TRIG",
        "MIC",
        "Mic 1",
        "STI 014",
        "ACC_X",
        "Voice",
        "Sound L",
        "Speech",
        "ainp1",
        "ADC3",
        "Ana1",
        "SaO2",
        "Patient Event",
        "EEG LOC-REF",
        "MKR1+",
        "x_dir",
        "Pulse Rate",
    ],
)
@pytest.mark.parametrize("kind", ["", "unknown", "Data"])
def test_without_a_type_the_name_decides(label: str, kind: str) -> None:
    assert is_brain(label, kind) == (False, "by its name")


@pytest.mark.parametrize(
    "label",
    [
        "LA1",
        "EEG LA1-Ref",
        "POL LA1",
        "A'1",
        "DCA1",
        "EEG ACC1-Ref",
        "T3",
        "MI1",
        "EEG STI2-REF",
        "O2",
        "LOC1",
        "CO2",
        "HR3",
        "AIN",
        "S1",
        "V1",
        "PL2",
    ],
)
def test_contacts_without_a_type_are_brain(label: str) -> None:
    assert is_brain(label) == (True, "")


@pytest.mark.parametrize(
    ("label", "bare"),
    [
        ("EEG LA1-Ref", "LA1"),
        (" POL DC09 ", "DC09"),
        ("SEEG A'1 - REF", "A'1"),
        ("A1", "A1"),
        ("EEG", "EEG"),
        ("REF", "REF"),
    ],
)
def test_labels_lose_what_export_programs_put_around_them(label: str, bare: str) -> None:
    assert bare_label(label) == bare


def test_a_channel_without_voltage_neither_scales_nor_refuses_the_rest() -> None:
    channels = [
        ChannelInfo("A1", "EEG", "microvolts"),
        ChannelInfo("A2", "EEG", "millivolts"),
        ChannelInfo("triggerStream", "EEG", "code"),
        ChannelInfo("GSR", "", "microsiemens"),
        ChannelInfo("STI", "stim", "0"),
        ChannelInfo("B1", "", "0"),
    ]
    montage = choose_channels(channels, "x.xdf")
    assert montage.labels == ("A1", "A2")
    np.testing.assert_array_equal(montage.scale, [1.0, 1000.0])
    assert dict(montage.left_out) == {2: "unit code", 3: "by its name", 4: "type stim", 5: "unit 0"}
    assert any("triggerStream" in note for note in montage.notes)


def test_the_unit_that_is_given_once_is_that_of_all_and_said() -> None:
    channels = [ChannelInfo("A1", "sEEG", "volts"), ChannelInfo("A2", "sEEG"), ChannelInfo("A3")]
    montage = choose_channels(channels, "x.xdf")
    np.testing.assert_array_equal(montage.scale, [1e6] * 3)
    assert any("A2, A3" in note and "volts" in note for note in montage.notes)
    with pytest.raises(InputError, match=r"A3.*has no unit and the others have several"):
        choose_channels([ChannelInfo("A1", unit="V"), ChannelInfo("A2", unit="uV"), ChannelInfo("A3")], "x.xdf")
    with pytest.raises(InputError, match=r"does not state a unit.*--unit.*--gain"):
        choose_channels([ChannelInfo("A1"), ChannelInfo("A2")], "x.xdf")


def test_counts_take_a_gain() -> None:
    channels = [ChannelInfo("A1", "EEG", "counts"), ChannelInfo("A2", "EEG", "counts")]
    with pytest.raises(InputError, match=r"'counts', which is no voltage.*--gain"):
        choose_channels(channels, "x.xdf")
    montage = choose_channels(channels, "x.xdf", gain=0.5)
    np.testing.assert_array_equal(montage.scale, [0.5, 0.5])
    assert any("counts of 0.5 µV" in note for note in montage.notes)
    for bad in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(OptionError, match="--gain"):
            choose_channels(channels, "x.xdf", gain=bad)
    with pytest.raises(OptionError, match="expected one of them"):
        choose_channels(channels, "x.xdf", gain=0.5, unit="V")


def test_named_channels_are_taken_whatever_their_type_and_found_without_prefixes() -> None:
    channels = [
        ChannelInfo("POL DC09", "", "uV"),
        ChannelInfo("EEG LA1-Ref", "", "uV"),
        ChannelInfo("EEG LA2-Ref", "", "uV"),
    ]
    assert choose_channels(channels, "x", wanted=["la2", "DC09"]).labels == ("EEG LA2-Ref", "POL DC09")
    assert choose_channels(channels, "x", exclude=["LA1"]).labels == ("EEG LA2-Ref",)
    with pytest.raises(OptionError, match="no channel 'LB1'; it has POL DC09"):
        choose_channels(channels, "x", wanted=["LB1"])
    with pytest.raises(OptionError, match="named twice"):
        choose_channels(channels, "x", wanted=["LA1", "EEG LA1-Ref"])
    with pytest.raises(InputError, match="no brain channel among POL DC09"):
        choose_channels(channels[:1], "x")


def test_a_brain_type_on_an_unusual_name_is_said() -> None:
    channels = [ChannelInfo("A1", "EEG", "uV"), ChannelInfo("AUX1", "EEG", "uV")]
    assert any("no usual one of a contact: AUX1" in note for note in choose_channels(channels, "x").notes)


def test_labels_that_occur_twice_are_told_apart_and_never_meant_by_chance() -> None:
    channels = [ChannelInfo(label, "SEEG", "uV") for label in ("A1", "A1_1", "A1", "B1")]
    montage = choose_channels(channels, "x")
    assert montage.labels == ("A1_2", "A1_1", "A1_3", "B1")
    assert montage.notes == ("labels that occur more than once were told apart: A1_2, A1_3",)
    with pytest.raises(OptionError, match=r"no channel 'A1'; it has A1_2, A1_1, A1_3, B1"):
        choose_channels(channels, "x", exclude=["A1"])
    assert tell_apart(channels[1:]) == (channels[1:], "")


def test_a_bare_0_of_a_brain_channel_is_volts_and_said() -> None:
    montage = choose_channels([ChannelInfo("A1", "seeg", "0"), ChannelInfo("A2", "seeg", "0")], "x")
    assert montage.scale.tolist() == [1e6, 1e6]
    (note,) = montage.notes
    assert "unit 0 taken as volts" in note
    assert "A1, A2" in note
