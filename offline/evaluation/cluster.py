"""Where jobs run: a dask cluster that exists, or local processes."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bk_realtime import __version__
from bk_realtime.errors import OptionError
from bk_realtime.sources import source_digest


@contextmanager
def dask_client(workers: int, scheduler: str, code: Sequence[str] = ()) -> Iterator[Any]:
    """A dask client on a cluster that exists, or on local processes that end with it.

    Parameters
    ----------
    workers : local processes, one thread each; of no account with ``scheduler``.
    scheduler : address (``tcp://…``) of a running scheduler, or empty.
    code : modules and packages whose source must be the same on its workers.

    Raises
    ------
    OptionError
        dask is missing, nothing answers at the address, no workers, or workers with another version of this program.
    """
    if not have_dask():
        raise OptionError("dask is not installed: run pip install 'brainkaraoke[cluster]', or pass --workers 0")
    from distributed import Client, LocalCluster

    if scheduler:
        try:
            client = Client(scheduler, timeout="10s", set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise OptionError(
                f"--scheduler {scheduler}: no dask scheduler answers there ({_first_line(error)})"
            ) from None
        with client:
            versions = set(client.run(_version, code).values())
            if versions - {_version(code)}:
                raise OptionError(
                    f"--scheduler {scheduler}: its workers run version {', '.join(sorted(versions))} of this program, "
                    f"expected {_version(code)}; install the same one there"
                )
            if not versions:
                raise OptionError(f"--scheduler {scheduler}: expected at least one worker, got none; start dask worker")
            yield client
        return
    with (
        tempfile.TemporaryDirectory(prefix="bk_jobs_") as folder,
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
            local_directory=folder,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def have_dask() -> bool:
    """Whether jobs can leave this process (extra ``cluster``)."""
    return importlib.util.find_spec("distributed") is not None


def _version(code: Sequence[str]) -> str:
    return f"{__version__} (source {source_digest(*code)[:12]})"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
