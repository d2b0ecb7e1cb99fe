"""Registers the kernel with Jupyter where `pip install` did not: another environment, or this user's own folder.

A wheel carries the kernelspec as shared data, so after a plain `pip install` there is nothing to do here.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

SPEC_NAME = "l1"


def install(*, user: bool = False, prefix: str | None = None) -> Path:
    """Register the kernelspec for this user, under ``prefix``, or in this Python's environment; gives its folder.

    The spec starts this very Python, whatever environment the front end runs in.
    """
    from jupyter_client.kernelspec import KernelSpecManager

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / SPEC_NAME
        shutil.copytree(spec_folder(), copy)
        spec = json.loads((copy / "kernel.json").read_text(encoding="utf-8"))
        spec["argv"][0] = sys.executable
        (copy / "kernel.json").write_text(json.dumps(spec, indent=2) + "\n", encoding="utf-8")
        where = None if user else prefix or sys.prefix
        return Path(KernelSpecManager().install_kernel_spec(str(copy), SPEC_NAME, user=user, prefix=where))


def spec_folder() -> Path:
    """Where kernel.json and the logos are: in the checkout, else where the wheel's shared data was installed.

    Raises FileNotFoundError where neither has them.
    """
    checkout = Path(__file__).resolve().parents[2] / "kernelspec"
    if (checkout / "kernel.json").is_file():
        return checkout
    try:
        files = distribution("l1kernel").files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "kernel.json":
            return Path(str(file.locate())).resolve().parent
    raise FileNotFoundError("the kernelspec of l1kernel is not installed; run: pip install --force-reinstall l1kernel")
