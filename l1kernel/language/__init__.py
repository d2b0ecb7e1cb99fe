"""Source text to Python code object. Knows nothing of Jupyter, Dask or NumPy.

In the order of the data: ``source`` (text and spans), ``grammar`` (the parser's tables), ``newlines`` (which
line ends end a statement), ``lalr`` (the parser's loop) with ``builder`` and ``literals`` (what it meets, to
``nodes``), ``parse`` (the way in), ``syntax_errors`` (why a text is not L1, in the words of ``hints``),
``recovery`` (all errors of a text; ``trouble``, ``ways``), ``check`` (and what the later steps do not take),
``resolve`` (what each name means), ``analysis`` (what is known before a program runs: where Python's operator may
stand in for a helper), ``compile`` (nodes to Python ``ast`` to code, with ``compiler``).
"""
