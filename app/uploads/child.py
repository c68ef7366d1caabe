"""The process of a model: `python -m app.uploads.child`, its limits set before anything else."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from app.uploads.jail import Jail, allow_seconds


def main() -> None:
    """Shut this process in, then answer until the service closes the pipe."""
    said = json.loads(sys.argv[1])
    # What ONNX Runtime and Python print must not come between the messages.
    answers = os.dup(1)
    os.dup2(2, 1)
    Jail(said["memory"], said["cpu_seconds"]).close()
    _serve(said, answers)


def _serve(said: dict[str, Any], answers: int) -> None:
    from app.uploads.serving import serve

    serve(
        Path(said["path"]),
        said["macs"],
        said["elements"],
        said["message_bytes"],
        allow_seconds,
        answers,
    )


if __name__ == "__main__":
    main()
