"""Layerlab: apply, show and explain the layers of a convolutional network."""

__version__ = "0.1.0"
