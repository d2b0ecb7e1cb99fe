"""Run every benchmark of this folder that has a ``main``; the exit status says whether all goals were met."""

import importlib
import pkgutil
import sys

import benchmarks

if __name__ == "__main__":
    found = (
        importlib.import_module(f"benchmarks.{module.name}") for module in pkgutil.iter_modules(benchmarks.__path__)
    )
    met = [module.main() for module in found if hasattr(module, "main")]
    sys.exit(not all(met))
