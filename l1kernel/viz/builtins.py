"""The L1 face of viz."""
