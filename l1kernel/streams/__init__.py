"""Streams: sources, event time, windows, pipelines of Dask futures. ``builtins`` is its L1 face."""
