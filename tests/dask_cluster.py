"""A dask cluster of one worker in this process, reached by its address as another machine's would be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def dask_address(folder: Path) -> Iterator[str]:
    """Address of its scheduler; ``folder`` is for its own files."""
    from distributed import LocalCluster  # takes a second, and few tests need it

    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        dashboard_address="127.0.0.1:0",
        host="127.0.0.1",
        protocol="tcp://",
        local_directory=str(folder),
    ) as cluster:
        yield cluster.scheduler_address
