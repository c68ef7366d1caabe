"""What those who run the service see of it: request ids, logs, metrics."""
