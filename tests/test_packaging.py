"""The package works from a wheel, from an editable install and from a bare checkout, and registers its kernel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = 'let words = ["ready", "steady"]\nprint(words[0] + "!")\n'
LIBRARIES = sysconfig.get_paths()["purelib"]
START = """
import site, sys  # started with -S: only these two folders count, the package's ahead of the libraries'
for folder in sys.argv[1:3]: site.addsitedir(folder)
import l1kernel.cli
if not l1kernel.__file__.startswith(sys.argv[3]): sys.exit(f"not the package under test: {l1kernel.__file__}")
sys.exit(l1kernel.cli.main(sys.argv[4:]))
"""


def run_program(
    folder: Path, *, packages: Path | None, home: Path, package: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """``l1 run`` on PROGRAM in a process that finds l1kernel through ``packages``, or in ``folder`` itself.

    ``package`` is where the code then has to come from: ``packages`` itself unless given.
    """
    program = folder / "hello.l1"
    program.write_text(PROGRAM, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"HOME": str(home)}
    environment.pop("XDG_CACHE_HOME", None)
    if packages:
        places = [str(packages), LIBRARIES, str(package or packages)]
        command = [sys.executable, "-S", "-P", "-c", START, *places, "run", str(program)]
    else:
        command = [sys.executable, "-m", "l1kernel.cli", "run", str(program)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)


def install(target: Path, *options: str) -> Path:
    """pip-install the project under a prefix of its own; gives that prefix's site-packages."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--disable-pip-version-check", "--ignore-installed", "--prefix", str(target), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    (packages,) = target.glob("lib/python*/site-packages")
    return packages


@pytest.mark.parametrize(
    ("options", "package"), [((".",), None), (("--editable", "."), ROOT)], ids=["wheel", "editable"]
)
def test_an_installed_package_runs_a_program_and_registers_the_kernel(
    tmp_path: Path, options: tuple[str, ...], package: Path | None
) -> None:
    packages = install(tmp_path / "prefix", *options)
    (tmp_path / "elsewhere").mkdir()
    done = run_program(tmp_path / "elsewhere", packages=packages, home=tmp_path, package=package)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ready!\n", "")
    spec = tmp_path / "prefix" / "share" / "jupyter" / "kernels" / "l1"
    assert json.loads((spec / "kernel.json").read_text(encoding="utf-8"))["argv"][:3] == ["python", "-m", "l1kernel"]
    assert sorted(p.name for p in spec.iterdir()) == sorted(p.name for p in (ROOT / "kernelspec").iterdir())


def test_a_wheel_needs_no_cache_folder(tmp_path: Path) -> None:
    packages = install(tmp_path / "prefix", ".")
    home = tmp_path / "home"
    home.mkdir()
    assert run_program(tmp_path, packages=packages, home=home).returncode == 0
    assert list(home.rglob("*")) == []


def test_a_checkout_runs_a_program(tmp_path: Path) -> None:
    for name in ("l1kernel", "grammar"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = run_program(tmp_path, packages=None, home=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ready!\n", "")


def test_a_checkout_in_a_read_only_home_runs_a_program(tmp_path: Path) -> None:
    for name in ("l1kernel", "grammar"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = run_program(tmp_path, packages=None, home=Path("/proc/no-home"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "ready!\n", "")
