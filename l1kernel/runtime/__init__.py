"""What compiled L1 code needs, and the one core under kernel, CLI, REPL and worker.

What a program meets: ``registry`` (built-ins and types), ``values`` (types, truth), ``operators``, ``items`` (``a[i]``;
``positions`` and ``tables`` beneath it), ``attributes`` (the one gate to members), ``functions`` (an L1 function
travels as source), ``modules`` (imported files), ``namespace`` (globals, and the built-ins under them).

What it shows: ``printing``, ``display`` (MIME bundles), ``output`` (where a cell's output goes), ``carried``
(what comes home from a worker).

What goes wrong: ``translate`` (Python exception to L1 error, its place) and ``explain`` (its words, and the edits that
mend it).

``session`` (text in, outcome out) ties them together; ``introspect`` gives completion and help; ``stale``, with
``marks``, knows which cells ran with an older value.
"""
