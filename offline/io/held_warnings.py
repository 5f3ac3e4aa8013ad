"""Warnings of readers: said once, when all is read; an error that ends the reading stands alone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bk_realtime.errors import BkError

_READERS = ("bk_realtime.xdf.reader", "bk_realtime.xdf.clock_sync")


@contextmanager
def warnings_when_read() -> Iterator[None]:
    """Hold back what readers warn of in this thread. It is said at the end, each line once; after a :class:`BkError`
    it is not said, for then nothing was read."""
    held: dict[str, tuple[logging.Logger, logging.LogRecord]] = {}
    loggers = [logging.getLogger(name) for name in _READERS]
    here = threading.get_ident()

    def hold(record: logging.LogRecord) -> bool:
        if record.thread != here:
            return True
        held.setdefault(record.getMessage(), (logging.getLogger(record.name), record))
        return False

    for logger in loggers:
        logger.addFilter(hold)
    try:
        yield
    except BkError:
        held.clear()
        raise
    finally:
        for logger in loggers:
            logger.removeFilter(hold)
        for logger, record in held.values():
            logger.handle(record)  # where another one is around this, it holds them now
