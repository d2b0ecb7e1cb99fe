"""The Jupyter protocol around one Session: ``kernel`` (the do_* methods), ``publish`` (iopub, in order), ``app`` (start)."""
