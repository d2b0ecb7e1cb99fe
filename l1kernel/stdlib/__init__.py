"""The built-ins that need no cluster, one module an area. Knows nothing of Dask or Jupyter.

Importing it registers them all and imports none of NumPy, pandas and scikit-learn: those come inside the functions.
``arguments`` holds what the areas ask of their arguments, ``sorting`` the sort that can be stopped, ``analysis`` the
work behind the registered task functions.
"""

from l1kernel.stdlib import (
    arrays,
    core,
    dicts,
    files,
    lists,
    math,
    models,
    notebook,
    random,
    stats,
    tables,
    text,
    time,
)

__all__ = [
    "arrays",
    "core",
    "dicts",
    "files",
    "lists",
    "math",
    "models",
    "notebook",
    "random",
    "stats",
    "tables",
    "text",
    "time",
]
