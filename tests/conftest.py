"""Everything stays on this machine: LSL scope, offscreen Qt, one torch thread, set before anything is imported."""

from __future__ import annotations

import os
import signal
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("BK_LANGUAGE", "en")  # tests read the window's words, whatever the system speaks
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("PYTEST_QT_API", "pyqt6")

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402
from hypothesis.internal.conjecture import providers  # noqa: E402

from bk_realtime import watched  # noqa: E402
from tests.side_by_side import SideBySide, long_ones_first, port_slot  # noqa: E402

SHARED = HERE.parent.parent / "shared"

settings.register_profile(
    "ci", max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
if os.environ.get("HYPOTHESIS_PROFILE", "ci") == "ci" and hasattr(providers, "_local_constants"):
    # hypothesis tries numbers that it reads in the modules loaded so far, which depend on the tests that ran before
    providers._get_local_constants = lambda: providers._local_constants


def pytest_configure(config: pytest.Config) -> None:
    """A session ID and ports of its own, so that test runs side by side never see each other's streams, nor take the
    32 ports that LSL looks at (every search and every outlet holds one)."""
    text = (HERE / "lsl_loop.cfg").read_text(encoding="utf-8")
    base = 17000 + 200 * port_slot(uuid.uuid4().int)
    text = text.replace("[ports]", f"[ports]\nBasePort = {base}")
    own = Path(os.environ.get("TMPDIR", "/tmp")) / f"bk_lsl_{uuid.uuid4().hex[:8]}.cfg"
    own.write_text(text.replace("bk_test", f"bk_test_{uuid.uuid4().hex[:8]}"), encoding="utf-8")
    os.environ["LSLAPICFG"] = str(own)
    config.add_cleanup(lambda: own.unlink(missing_ok=True))


def pytest_xdist_make_scheduler(config: pytest.Config, log):  # type: ignore[no-untyped-def]
    """`make test` runs two workers."""
    config.option.loadscopereorder = False  # the order is that of long_ones_first
    return SideBySide(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`shared_data` tests skip with a reason where the data is absent; in CI that is a failure, see below."""
    long_ones_first(items)
    if SHARED.is_dir():
        return
    for item in items:
        if item.get_closest_marker("shared_data"):
            item.add_marker(pytest.mark.skip(reason=f"shared test data not found at {SHARED}"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Weights and noise that torch draws do not depend on the tests that ran before in this worker."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):  # type: ignore[no-untyped-def]
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may be: {report.longrepr}"
    return report


SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@pytest.fixture(autouse=True)
def _nothing_of_other_tests() -> Iterator[None]:
    """A thread that another test let die, who was to be told of it there, and who heard signals, is nothing to this."""
    before, heard = (watched._deaths, watched._tellers), [signal.getsignal(number) for number in SIGNALS]
    watched._deaths, watched._tellers = [], []
    yield
    watched._deaths, watched._tellers = before
    for number, handler in zip(SIGNALS, heard, strict=True):
        if signal.getsignal(number) is not handler:
            signal.signal(number, handler)


@pytest.fixture
def patient_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A control channel that gives nobody up because this machine is busy: not even a panic, after its 0.4 s."""
    monkeypatch.setattr("bk_realtime.session.control.client.PANIC_S", 60.0)
    for name in ("HANDSHAKE_S", "CLOSE_S"):
        monkeypatch.setattr(f"bk_realtime.session.control.server.{name}", 60.0)


@pytest.fixture
def shared_data() -> Path:
    """Folder of real recordings and speech (marker `shared_data`)."""
    return SHARED / "data"


@pytest.fixture
def source_id() -> str:
    """A stream id that no other test uses."""
    return f"bk-test-{uuid.uuid4().hex}"
