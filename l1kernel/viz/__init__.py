"""Charts and live dashboards with Bokeh: makes MIME bundles, publishes nothing itself. ``builtins`` is its L1 face."""
