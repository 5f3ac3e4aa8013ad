"""Brain or not: by the type that a file or stream states, and only without one by the channel's name."""

from __future__ import annotations

import re

BRAIN_TYPES = frozenset(("seeg", "ieeg", "ecog", "eeg", "dbs", "lfp", "depth", "grid", "strip", "intracranial"))
"""Stated types of brain channels, in lower case: LSL and XDF, BIDS, NWB and MNE alike."""
OTHER_TYPES = frozenset(
    (
        "aux auxiliary ecg ekg eog heog veog emg misc trig trigger triggers stim stimulus marker markers dc adc dac "
        "photodiode photo pd audio mic microphone syst sysclock system gsr eda resp respiration pupil eyegaze gaze acc "
        "accelerometer gyro gyroscope imu temp temperature ppg pleth spo2 osat bio count counter sequence timestamp "
        "time battery status exci ias chpi ref_meg meg megmag meggradaxial meggradplanar nirs ttl event events digital "
        "cue cues analog analogue sound speech voice ref reference ground gnd other"
    ).split()
)
"""Stated types of what is no brain channel, in lower case."""

_PREFIX = re.compile(r"^(?:POL|EEG|S?EEG|IEEG|ECOG|LFP|BIO|CH)[ _:\-]+(?=\S)", re.IGNORECASE)
_STATED_PREFIX = re.compile(r"^(S?EEG|IEEG|ECOG|LFP)[ _:]+(?=\S)", re.IGNORECASE)
_SUFFIX = re.compile(r"[ _\-]+(?:REF|REFERENCE|AVG|AVERAGE|CAR|LE|ORG|G2)\d?$", re.IGNORECASE)
_NEVER_BRAIN = re.compile(
    r"^(?:EKG|ECG|EMG|EOG|HEOG|VEOG|DC[ _\-]?\d*$|AUX|ANALOG|TRIG|STATUS|EVENT|MARK|PHOTO|DIODE|OSAT|SPO2|PLETH|PULSE"
    r"|RESP|SNORE|MISC|GSR|EDA|AUDIO|MIC(?:$|[ _\-]|\d|RO)|ANNOT|EDF |EXG\d|BATT|COUNTER|TIMESTAMP|X\d+ ?DC|PACKET"
    r"|SAMPLE ?(?:COUNTER|NUMBER|INDEX)|TTL|DIGITAL|GND$|GROUND$|REF$|REFERENCE$|SOUND|VOICE|SPEECH|SPEAKER|LOUDSP"
    r"|LIGHT|SENSOR|BUTTON|JOYSTICK|PATIENT|SAO2|PLET|HEART|HR$|[LR]OC$|MKR|BEAT|BURSTS?$|SUPPR$|IBI$|AIR ?FLOW|FLOW$"
    r"|NASAL|THERMI|CHEST|CHIN|BODY|POSITION|[XYZ]_DIR$)",
    re.IGNORECASE,
)
"""Names that no electrode contact has."""
_RATHER_NOT = re.compile(
    r"^(?:STI|ACC|GYR|TEMP|MOV|THO|ABD|PR$|BP\d|PD\d?$|PHOT|E$|\$|ADC[ _\-]?\d|AINP?[ _\-]?\d|ANA\d|ERG\d)",
    re.IGNORECASE,
)
"""Names that a contact may have (accumbens, temporal, insula): only a stated brain type makes them brain."""


def bare_label(label: str) -> str:
    """A label without what export programs put around it: ``"POL DC09"`` -> ``"DC09"``, ``"EEG LA1-Ref"`` -> ``"LA1"``.

    Examples
    --------
    >>> bare_label("EEG LA1-Ref"), bare_label("POL DC09"), bare_label("A'1"), bare_label("REF")
    ('LA1', 'DC09', "A'1", 'REF')
    """
    text = label.strip()
    previous = ""
    while text != previous:
        previous, text = text, _SUFFIX.sub("", _PREFIX.sub("", text)).strip()
    return text or label.strip()


def is_brain(label: str, stated: str = "") -> tuple[bool, str]:
    """Whether a channel is brain, and why not.

    Parameters
    ----------
    label : the channel's name.
    stated : the type that file or stream give it; ``""`` where they give none.

    Returns
    -------
    (brain, reason)
        ``reason`` is empty for brain; else it is the stated type (``"type AUX"``) or ``"by its name"``.

    Examples
    --------
    >>> is_brain("ACC1", "SEEG"), is_brain("A1", "AUX"), is_brain("POL EKG1"), is_brain("LA1")
    ((True, ''), (False, 'type AUX'), (False, 'by its name'), (True, ''))
    """
    kind = re.sub(r"[^a-z0-9_]", "", stated.lower())
    if kind in BRAIN_TYPES:
        return True, ""
    if kind in OTHER_TYPES:
        return False, f"type {stated.strip()}"
    name = bare_label(label)
    # "EEG ACC1-Ref" of an EDF+ file states its type in its label
    doubtful = _RATHER_NOT.match(name) and not _STATED_PREFIX.match(label.strip())
    return (False, "by its name") if _NEVER_BRAIN.match(name) or doubtful else (True, "")
