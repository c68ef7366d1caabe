"""Whole networks: chains of layers that are one ONNX graph, run once with every stage shown."""
