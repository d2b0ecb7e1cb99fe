"""Streams: events that arrive over time, taken in batches, counted in windows, worked on by Dask.

Knows event time, windows, sources and how a pipeline's stages become work on the cluster. Must not know the
language's syntax, Jupyter or charts. In the order of the data:

    settings.py       what ``create_stream`` takes
    sources/          where events come from, a file each
    clock.py          an event's time, and the watermark (pure)
    events.py         an event with its time; lists and tables of events
    calls.py          functions of the program that a stream will call
    buffer.py         events that have arrived and wait, for several readers (pure)
    stream.py         the pull API that every stream has
    source_stream.py  a stream that is pushed to or reads a source
    windows.py        which events belong together, and when that is settled (pure)
    worker.py         the stages of a pipeline, as they run on a worker
    steps.py          what a pipeline does in the kernel: work in flight, open windows
    pipeline.py       a stream made of another one's events
    sinks.py          where a stream can be poured
    alerts.py         what ``emit_alert`` and ``send_alert`` show and keep
    interrupts.py     sections that an interrupt may not cut in half
    builtins.py       the L1 face
"""
