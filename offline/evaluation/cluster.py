"""Where jobs run: a dask cluster that exists, or local processes."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from bk_realtime import __version__
from bk_realtime.errors import DeviceError, OptionError
from bk_realtime.sources import source_digest


class Named(Protocol):
    """What has a name to be told by."""

    @property
    def name(self) -> str: ...


JobT = TypeVar("JobT", bound=Named)
ResultT = TypeVar("ResultT")


def as_they_end(
    run: Callable[[JobT], ResultT], jobs: Sequence[JobT], workers: int, scheduler: str, code: Sequence[str] = ()
) -> Iterator[tuple[int, ResultT]]:
    """Index and result of each job, as it ends.

    Parameters
    ----------
    run : computes one; found by its module's name where it runs.
    workers : local processes; 0 runs in this one.
    scheduler, code : as for :func:`dask_client`.

    Raises
    ------
    BkError
        A job's own complaint, no dask where it is needed, no scheduler at the address, a process that dies again and
        again.
    """
    if not jobs:
        return
    if not scheduler and workers < 1:
        for i, job in enumerate(jobs):
            yield i, run(job)
        return
    with dask_client(min(workers, len(jobs)), scheduler, code) as client:
        from distributed import KilledWorker, as_completed

        futures = {client.submit(run, job, pure=False): i for i, job in enumerate(jobs)}
        for future in as_completed(futures, loop=client.loop):
            i = futures.pop(future)  # or what it returned stays in the cluster's memory
            try:
                result = future.result()
            except KilledWorker:
                raise DeviceError(
                    f"{jobs[i].name}: its process died several times, most likely for lack of memory; "
                    "pass fewer --workers (finished jobs are kept in --out)"
                ) from None
            yield i, result


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
