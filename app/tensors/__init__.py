"""Bytes become tensors and tensors bytes; nothing here knows HTTP."""
