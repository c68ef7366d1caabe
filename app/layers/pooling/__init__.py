"""Pooling; a file here is a mode."""
