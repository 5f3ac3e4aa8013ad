"""XDF 1.0 files: reading, crash-safe writing, salvage, verification."""

from bk_realtime.xdf.header import describe, info_xml
from bk_realtime.xdf.reader import XdfStream, pick_stream, read_xdf
from bk_realtime.xdf.verify import verify_xdf
from bk_realtime.xdf.writer import XdfWriter

__all__ = ["XdfStream", "XdfWriter", "describe", "info_xml", "pick_stream", "read_xdf", "verify_xdf"]
