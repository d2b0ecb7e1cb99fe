"""L1 nodes and tasks on Dask. Knows nothing of Jupyter or Bokeh. ``builtins`` is its L1 face and imports no Dask."""
