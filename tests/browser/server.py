"""Starts the real command, `layerlab serve`, on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMAND = Path(sys.executable).with_name("layerlab")
READY_WITHIN = 60.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def unready(url: str) -> str:
    """Why the service is not ready; nothing when it has computed something already."""
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=5):
            return ""
    except urllib.error.HTTPError as refusal:
        with refusal:
            return f"{refusal}: {refusal.read(1000)!r}"
    except OSError as nobody:
        return str(nobody)


def wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Returns when the service answers; tells its last words when it does not."""
    end = time.monotonic() + READY_WITHIN
    while reason := unready(url):
        if process.poll() is not None or time.monotonic() > end:
            said = log.read_text()[-4000:]
            raise RuntimeError(f"`layerlab serve` is not ready: {reason}\n{said}")
        time.sleep(0.05)


@contextmanager
def serving(log: Path, **settings: str) -> Iterator[str]:
    """The URL of a service that runs as long as the block does."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    own = {"LAYERLAB_HOST": "127.0.0.1", "LAYERLAB_PORT": str(port), "LAYERLAB_WORKERS": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [COMMAND, "serve"], env=os.environ | own | settings, stdout=output, stderr=output
        )
    try:
        wait_until_ready(process, url, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
