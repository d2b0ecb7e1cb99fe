"""What compiled L1 code needs, and the one core under kernel, CLI, REPL and worker.

``registry`` (built-ins and types), ``values`` (types, truth), ``operators``, ``attributes`` (the one gate to
members), ``functions`` (an L1 function travels as source), ``printing``, ``display`` (MIME bundles),
``translate`` (Python exception to L1 error), ``output`` (where a cell's output goes), ``session`` (text in,
outcome out), ``introspect`` (completion, help).
"""
