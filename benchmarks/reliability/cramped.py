"""Little room: few open files, a full disk, nothing that can be written, no network."""

import asyncio
import contextlib
import ctypes
import fcntl
import multiprocessing
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.client import Answer, Link
from benchmarks.reliability.crowd import all_at_once
from benchmarks.reliability.heavy import lodge
from benchmarks.reliability.mix import Kind, draw, mix
from benchmarks.reliability.service import Service, Watch, service
from benchmarks.works import npy

_FORK = multiprocessing.get_context("fork")
_NEW_MOUNTS, _NEW_NETWORK = 0x00020000, 0x40000000
_SET_FLAGS, _UP = 0x8914, 0x1 | 0x40
_FULL = Path("/mnt")
_USER = "54321"
_AS_USER = ("setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups", "--inh-caps=-all")


async def _ask_all(port: int, kinds: list[Kind], times: int) -> list[tuple[Kind, Answer]]:
    link = Link(port)
    pairs = [(kind, await link.ask(kind.raw)) for _ in range(times) for kind in kinds]
    await link.close()
    return pairs


def _mixed(running: Service) -> str:
    """Send every kind of request three times; return the cells of the report."""
    ref = "none"
    with contextlib.suppress(KeyError):
        ref = asyncio.run(lodge(running.port, npy(draw(1, 3, 64, 64))))
    with Watch(running) as watch:
        pairs = asyncio.run(_ask_all(running.port, mix(ref), 3))
    good = sum(answer.status == kind.status for kind, answer in pairs)
    other = [(kind, answer) for kind, answer in pairs if answer.status != kind.status]
    statuses = sorted({f"{kind.name}: {answer.status}" for kind, answer in other})
    wrong = sum(not answer.is_as_promised for _, answer in pairs)
    return f"{good} | {len(other)} | {wrong} | {watch.told()} | {'; '.join(statuses) or '–'}"


def _few_files() -> str:
    with service(before=("prlimit", "--nofile=256:256")) as running:
        ref = asyncio.run(lodge(running.port, npy(draw(1, 3, 64, 64))))
        crowd = asyncio.run(all_at_once(running.port, mix(ref)))
        wrong = sum(not answer.is_as_promised for answer in crowd)
        refused = sum(answer.status == 503 for answer in crowd)
        return f"{_mixed(running)}; 1000 at once: {refused} refused, {wrong} without an answer"


@contextmanager
def _full_folder() -> Iterator[Path]:
    """Have a folder in which 64 kB have room, and no more than 1000 bytes are free."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k,mode=1777", "tmpfs", _FULL], check=True)
    free = shutil.disk_usage(_FULL).free
    with contextlib.suppress(OSError), (_FULL / "filler").open("wb", 0) as filler:
        filler.write(bytes(free))
    os.environ["TMPDIR"] = str(_FULL)
    yield _FULL / "store"


def _full_disk() -> str:
    with _full_folder() as store, service(store=store) as running:
        return _mixed(running)


def _nothing_to_write() -> str:
    """Run as a user that does not exist, where no file can be written and nobody is reached."""
    loopback = struct.pack("16sH", b"lo", _UP)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, loopback)
    for folder in ("/", "/tmp", "/dev/shm", "/var/tmp"):
        if os.path.ismount(folder):
            subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    log = _FULL / "log"
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", _FULL], check=True)
    os.environ["TMPDIR"] = str(_FULL)
    with service(before=_AS_USER, store=Path("/nowhere")) as running:
        del log
        return _mixed(running)


def _apart(what: Callable[[], str], flags: int) -> str:
    """Do something in a process that has mounts, or a network, of its own."""

    def do() -> None:
        if flags and ctypes.CDLL(None, use_errno=True).unshare(flags):
            raise OSError(ctypes.get_errno(), "unshare")
        if flags & _NEW_MOUNTS:
            subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        told.put(what())

    told = _FORK.Queue()
    process = _FORK.Process(target=do)
    process.start()
    process.join()
    return str(told.get(timeout=5)) if process.exitcode == 0 else "could not be tried | | | | | | |"


def cramped() -> list[str]:
    """Try all and return the lines of the report."""
    lines = [
        "Every kind of request three times. The goal is no answer but those that any request may "
        "get: what was asked for, a problem that says why, or 503 with Retry-After.",
        "",
        "| | as always | otherwise | not as promised | memory before | most | after | what else |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    tries: list[tuple[str, Callable[[], str], int]] = [
        ("`ulimit -n 256`", _few_files, 0),
        ("store and temporary folder full", _full_disk, _NEW_MOUNTS),
        (
            "read-only root, no such user, no network",
            _nothing_to_write,
            _NEW_MOUNTS | _NEW_NETWORK,
        ),
    ]
    for name, what, flags in tries:
        lines.append(f"| {name} | {_apart(what, flags)} |")
        print(lines[-1], flush=True)
    return lines
