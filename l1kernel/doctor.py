"""What ``l1 doctor`` tries: each check does the thing itself, so that "ok" means it worked here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

LIBRARIES = (
    "ipykernel",
    "jupyter_client",
    "dask",
    "distributed",
    "numpy",
    "pandas",
    "bokeh",
    "pyarrow",
    "scikit-learn",
)
KERNEL_DEADLINE = 60  # seconds for a cold start on a slow disk


@dataclass(frozen=True, slots=True)
class Finding:
    good: bool
    text: str


def examine() -> Iterator[tuple[str, Finding]]:
    """Name and finding of each check, as it is done. A check that fails says how to mend it."""
    yield "python", Finding(sys.version_info >= (3, 11), f"{sys.version.split()[0]} at {sys.executable}")
    yield "libraries", _libraries()
    yield "language", _language()
    registered = _kernelspec()
    yield "kernelspec", registered
    if registered.good:
        yield "kernel", _kernel()
    yield "cluster", _cluster()


def _libraries() -> Finding:
    from importlib.metadata import PackageNotFoundError, version

    found, missing = [], []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding(False, f"missing: {', '.join(missing)}; run: {sys.executable} -m pip install l1kernel")
    return Finding(True, ", ".join(found))


def _language() -> Finding:
    import l1kernel.library  # noqa: F401  registers the built-ins
    from l1kernel.runtime.output import CapturedOutput
    from l1kernel.runtime.session import Session

    session = Session(CapturedOutput())
    try:
        outcome = session.run("1 + 1", name="<doctor>")
    finally:
        session.close()
    if outcome.error is not None:
        return Finding(False, f"1 + 1 failed: {outcome.error}")
    return Finding(outcome.value == 2, f"1 + 1 is {outcome.value}")


def _kernelspec() -> Finding:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec("l1")
    except NoSuchKernel:
        return Finding(False, "Jupyter does not know the kernel l1; run: l1 install")
    return Finding(True, f"{spec.resource_dir}, started as {' '.join(spec.argv[:3])}")


def _kernel() -> Finding:
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="l1", startup_timeout=KERNEL_DEADLINE)
    try:
        reply = client.execute_interactive("1 + 1", timeout=KERNEL_DEADLINE, output_hook=lambda message: None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    status = reply["content"]["status"]
    return Finding(status == "ok", f"answered 1 + 1 with status {status}")


def _cluster() -> Finding:
    import l1kernel.library  # noqa: F401  registers the built-ins
    from l1kernel.runtime.output import CapturedOutput
    from l1kernel.runtime.session import Session

    program = (
        "distributed_init()\n"
        'let node = cluster_add_node("doctor:localhost:1:512")\n'
        "function square(x) { return x * x }\n"
        "cluster_wait(cluster_submit_task(square, 12))"
    )
    session = Session(CapturedOutput())
    try:
        outcome = session.run(program, name="<doctor>")
    finally:
        session.close()
    if outcome.error is not None:
        return Finding(False, f"a task on a local worker failed: {outcome.error}")
    return Finding(outcome.value == 144, f"a worker process computed square(12) = {outcome.value}")
