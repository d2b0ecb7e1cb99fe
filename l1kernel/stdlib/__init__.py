"""The built-ins that need no cluster, one module an area. Knows nothing of Dask or Jupyter."""
