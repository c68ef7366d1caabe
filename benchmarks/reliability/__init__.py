"""Load and faults: what a class, a crowd, a full disk and a killed process do to the service."""
