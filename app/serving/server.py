"""How uvicorn is set up and run: the only place that names its options."""

import contextlib

from uvicorn.config import STARTUP_FAILURE, Config

from app.admission.shares import remove_service_files
from app.observe.logs import logging_config
from app.serving.stopping import StoppingServer
from app.serving.workers import Workers
from app.settings import Settings
from app.tensors.store import default_folder
from app.transport.guard import Guard

_KEEP_ALIVE_S = 30


def configuration(how: Settings) -> Config:
    """Return what uvicorn is told; each worker process receives it too."""
    return Config(
        "app.main:create_app",
        factory=True,
        http=Guard,
        ws="none",
        host=how.host,
        port=how.port,
        workers=how.workers,
        access_log=False,
        log_config=logging_config(how),
        log_level=how.log_level,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )


def run(how: Settings) -> int:
    """Serve until a signal, in one process or in several; return the exit status."""
    try:
        return _run(how)
    finally:
        remove_service_files(how.store_dir or default_folder())


def _run(how: Settings) -> int:
    config = configuration(how)
    sockets = [config.bind_socket()]
    if config.workers > 1:
        workers = Workers(config, sockets, how)
        workers.run()
        return workers.status
    server = StoppingServer(config, how.drain_seconds, how.stop_seconds)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets)
    return 0 if server.started else STARTUP_FAILURE
