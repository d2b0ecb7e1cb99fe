"""The L1 face of cluster."""
