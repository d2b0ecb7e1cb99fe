"""The Jupyter protocol, and nothing else: what a cell means is the Session's matter.

In the order of a message:

    app.py         the process: connection file, sockets, threads, signals of life and death
    kernel.py      a request in, exactly one reply out
    interrupts.py  when Ctrl-C and the stop button may strike
    cells.py       the file name of a cell
    commands.py    %time, !ls, print?: not in L1, and said so
    publish.py     what a cell shows, in order, from any thread
    notes.py       which cells ran with an older value
    install.py     the kernelspec, where `pip install` could not register it

No module here is imported by another room.
"""
