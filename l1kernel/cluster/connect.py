"""Dask in the kernel's process: imported late, silent, and connected to the scheduler."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client, Security


async def connect(address: str, security: Security | None, name: str) -> Client:
    """A client on the running event loop; other threads may use it as a blocking one."""
    from distributed import Client

    client = await Client(address, security=security, asynchronous=True, set_as_default=False, name=name)
    with contextlib.suppress(AttributeError):  # not documented: seconds for which messages are collected
        client.scheduler_comm.interval = 0.001
    return client


def import_dask() -> None:
    """Import Dask; it may log nothing to the reader's terminal, and changes no logger but its own."""
    others = [logging.getLogger(name) for name in ("tornado", "tornado.application", "bokeh")]
    before = [(logger.level, logger.propagate, list(logger.handlers)) for logger in others]
    import dask
    import distributed

    for logger, (level, propagate, handlers) in zip(others, before, strict=True):
        logger.setLevel(level)
        logger.propagate, logger.handlers = propagate, handlers
    for name in ("distributed", *(name for name in logging.root.manager.loggerDict if name.startswith("distributed."))):
        logger = logging.getLogger(name)
        logger.handlers = []
    logging.getLogger("distributed").addHandler(logging.NullHandler())
    logging.getLogger("distributed").propagate = False
    for name in ("distributed.client", "distributed.gc"):  # Dask gave them a handler and cut them off
        logging.getLogger(name).propagate = True
    dask.config.set(
        {
            "distributed.diagnostics.computations.nframes": 0,
            "distributed.admin.large-graph-warning-threshold": "1 GiB",
        }
    )
    assert distributed
