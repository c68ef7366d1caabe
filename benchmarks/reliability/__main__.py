"""`make reliability`: load and faults; each program writes its own figures."""

import argparse
import resource
from collections.abc import Callable
from pathlib import Path

from benchmarks.reliability.beside import beside
from benchmarks.reliability.cramped import cramped
from benchmarks.reliability.crowd import crowd
from benchmarks.reliability.killed import killed
from benchmarks.reliability.mixed import mixed
from benchmarks.reliability.peak import peak
from benchmarks.reliability.slow import slow
from benchmarks.reliability.stopped import stopped
from benchmarks.reliability.users import users
from benchmarks.report import Part, measured, told, write

Program = Callable[[], list[str]]

_REPORT = Path(__file__).parents[1] / "RELIABILITY.md"
_FILES = 4096  # that a crowd of clients has open
_FIRST = """# Load and faults

What a crowd, a heavy job, a killed process and a full disk do to the service, measured by
`make reliability`; each part is written by the program that measured it. Clients and service share
the machine. Memory is in MiB: of all processes, what they share counted once, and of the tensors
held; before, at most meanwhile, and 6 s after. What misses its goal stands here as it is."""


def _parts(*, short: bool) -> dict[str, Part]:
    def lasting(program: Callable[[int], list[str]], full: int, little: int) -> Program:
        return lambda: program(little if short else full)

    return {
        "mixed": Part("Mixed requests", lasting(mixed, 10_000, 2000)),
        "users": Part("Thirty users", lasting(users, 300, 15)),
        "beside": Part("A heavy job beside light ones", lasting(beside, 15, 3)),
        "peak": Part("Heavy jobs of every kind at once", lasting(peak, 60, 10)),
        "crowd": Part("A thousand at once", crowd),
        "killed": Part("A worker is killed", lasting(killed, 5, 1)),
        "stopped": Part("SIGTERM under load", stopped),
        "slow": Part("Slow clients", lasting(slow, 45, 12)),
        "cramped": Part("Little room", cramped),
    }


def main() -> None:
    """Measure and write RELIABILITY.md; a part that was not measured stays as it is there."""
    parser = argparse.ArgumentParser("make reliability")
    parser.add_argument("--only", choices=_parts(short=False), action="append")
    parser.add_argument("--short", action="store_true")
    asked = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(_FILES, most), most))
    parts, found = _parts(short=asked.short), told(_REPORT)
    for name, part in parts.items():
        if not asked.only or name in asked.only:
            print(f"## {part.title}", flush=True)
            found[part.title] = measured(part, "; a short run" if asked.short else "")
            print(found[part.title], flush=True)
            write(_REPORT, _FIRST, parts.values(), found)


if __name__ == "__main__":
    main()
