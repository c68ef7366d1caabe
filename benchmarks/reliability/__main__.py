"""`make reliability`: load and faults; each program writes its own figures."""

import argparse
import os
import platform
import resource
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.reliability.beside import beside
from benchmarks.reliability.cramped import cramped
from benchmarks.reliability.crowd import crowd
from benchmarks.reliability.killed import killed
from benchmarks.reliability.mixed import mixed
from benchmarks.reliability.peak import peak
from benchmarks.reliability.slow import slow
from benchmarks.reliability.stopped import stopped
from benchmarks.reliability.users import users

_REPORT = Path(__file__).parents[1] / "RELIABILITY.md"
_FILES = 4096  # that a crowd of clients has open
_FIRST = """# Load and faults

What a crowd, a heavy job, a killed process and a full disk do to the service, measured by
`make reliability`; each part is written by the program that measured it. Clients and service share
the machine. Memory is in MiB: of all processes, what they share counted once, and of the tensors
held; before, at most meanwhile, and 6 s after. What misses its goal stands here as it is."""


class Part(NamedTuple):
    """A program: its heading, and what it does, in full or shortly."""

    title: str
    full: Callable[[], list[str]]
    short: Callable[[], list[str]]


def _parts() -> dict[str, Part]:
    return {
        "mixed": Part("Mixed requests", lambda: mixed(10_000), lambda: mixed(2000)),
        "users": Part("Thirty users", lambda: users(300), lambda: users(15)),
        "beside": Part("A heavy job beside light ones", lambda: beside(15), lambda: beside(3)),
        "peak": Part("Heavy jobs of every kind at once", lambda: peak(60), lambda: peak(10)),
        "crowd": Part("A thousand at once", crowd, crowd),
        "killed": Part("A worker is killed", lambda: killed(5), lambda: killed(1)),
        "stopped": Part("SIGTERM under load", stopped, stopped),
        "slow": Part("Slow clients", lambda: slow(45), lambda: slow(12)),
        "cramped": Part("Little room", cramped, cramped),
    }


def _measured(part: Part, *, short: bool) -> str:
    """Run a program and return its part of the report."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    when = datetime.now(UTC)
    lines = (part.short if short else part.full)()
    machine = (
        f"{when:%Y-%m-%d %H:%M} UTC, {platform.machine()}, {cores} cores, load average {load:.1f} "
        f"before and {os.getloadavg()[0]:.1f} after, Python {platform.python_version()}"
    )
    if short:
        machine += "; a short run"
    return "\n".join([part.title, "", *lines, "", f"*{machine}.*"])


def _told() -> dict[str, str]:
    """Return the parts that the report has, by their headings."""
    if not _REPORT.exists():
        return {}
    parts = _REPORT.read_text().split("\n## ")[1:]
    return {part.partition("\n")[0]: part.strip() for part in parts}


def main() -> None:
    """Measure and write RELIABILITY.md; a part that was not measured stays as it is there."""
    parser = argparse.ArgumentParser("make reliability")
    parser.add_argument("--only", choices=_parts(), action="append")
    parser.add_argument("--short", action="store_true")
    asked = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(_FILES, most), most))
    told = _told()
    for name, part in _parts().items():
        if not asked.only or name in asked.only:
            print(f"## {part.title}", flush=True)
            told[part.title] = _measured(part, short=asked.short)
            print(told[part.title], flush=True)
        found = [told[p.title] for p in _parts().values() if p.title in told]
        _REPORT.write_text("\n\n## ".join([_FIRST, *found]) + "\n")


if __name__ == "__main__":
    main()
