"""The Open Inference Protocol: the same layers and networks for the clients of model servers."""
