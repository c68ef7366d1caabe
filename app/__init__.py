"""Layerlab: apply, show and explain the layers of a convolutional network."""

import os

__version__ = "0.1.0"

# ONNX Runtime's own packages tell its makers what it runs, over the network and with an id that is
# kept in the user's folder, unless this is set before it is loaded.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
