"""Real-time scheduling: of all threads of a process, where the system allows it, and back again."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

import pytest

from bk_realtime.priority import KEEP, real_time_process, usual_process


def _schedulers() -> dict[int, int]:
    found = {}
    for thread in os.listdir("/proc/self/task"):
        with contextlib.suppress(ProcessLookupError):  # another test's, which has just ended
            found[int(thread)] = os.sched_getscheduler(int(thread))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="SCHED_FIFO is Linux's")
def test_threads_that_libraries_began_get_it_too_and_give_it_back() -> None:
    stop = threading.Event()
    one = threading.Thread(target=stop.wait)
    one.start()
    assert one.native_id is not None
    try:
        said = real_time_process(KEEP, "everything")
        during = _schedulers()
        usual_process()
        after = _schedulers()
    finally:
        usual_process()
        stop.set()
        one.join()
    if "not allowed" in said:
        assert during[one.native_id] == os.SCHED_OTHER
    else:
        assert said == f"everything: SCHED_FIFO {KEEP}"
        assert during[one.native_id] == during[os.getpid()] == os.SCHED_FIFO
    assert after[one.native_id] == after[os.getpid()] == os.SCHED_OTHER
