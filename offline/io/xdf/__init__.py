"""XDF files of any LSL set-up (our sessions, LabRecorder's, simulated ones) as a recording."""

from offline.io.xdf.reader import read_xdf_recording

__all__ = ["read_xdf_recording"]
