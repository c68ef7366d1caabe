"""Activation functions; a file here is one of them."""
