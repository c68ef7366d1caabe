"""What runs on a card is tried by `make test-gpu` alone, and fails there where no card works."""

import os

# Whoever asks for it wants to know, so nothing here is skipped.
collect_ignore_glob = [] if os.environ.get("LAYERLAB_TEST_GPU") else ["test_*.py"]
