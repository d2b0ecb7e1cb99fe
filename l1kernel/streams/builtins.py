"""The L1 face of streams."""
