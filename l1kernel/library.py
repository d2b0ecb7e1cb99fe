"""All of L1's built-ins: importing this module registers every room's.

The one list of rooms with an L1 face. Front ends import it; a worker imports only what runs there.
"""
# ruff: noqa: E402

import gc

gc.disable()  # what is imported stays: to look for garbage in it, then and in every later search, costs a start a tenth

import l1kernel.cluster.builtins
import l1kernel.stdlib
import l1kernel.streams.builtins
import l1kernel.viz.builtins  # noqa: F401

gc.freeze()
gc.enable()
