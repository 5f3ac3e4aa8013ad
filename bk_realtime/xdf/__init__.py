"""XDF 1.0 files: reading, crash-safe writing, salvage, verification."""

from bk_realtime.xdf.header import info_xml, stream_description
from bk_realtime.xdf.reader import XdfStream, pick_stream, read_xdf
from bk_realtime.xdf.verify import verify_xdf
from bk_realtime.xdf.writer import XdfWriter

__all__ = ["XdfStream", "XdfWriter", "info_xml", "pick_stream", "read_xdf", "stream_description", "verify_xdf"]
