"""Charts and live dashboards with Bokeh: makes MIME bundles, publishes nothing itself. ``builtins`` is its L1 face.

In the order of the data: ``builtins`` (what a program calls), ``dashboard`` (the points of a cell's plot),
``live`` (the plot moves while its cell runs; ``patches`` is what travels), ``static`` (the complete output that a
notebook keeps), ``templates`` (HTML, and the script that runs in the page). Only ``static`` knows Bokeh, and it is
imported when the first point is there: a program that plots nothing never pays for it.
"""
