"""A Jupyter kernel for the teaching language L1, whose notebooks run on a Dask cluster.

The rooms, in the order in which they may import each other (a later one imports earlier ones only):
``errors`` ``diagnostics`` ``language`` ``runtime`` ``stdlib`` ``cluster`` ``streams`` ``viz`` ``library``
``kernel`` ``cli``. Importing this package imports none of them.
"""

__version__ = "0.1.0"
