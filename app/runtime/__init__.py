"""ONNX Runtime: devices, sessions, runs, how long they take. Nothing else knows it."""
