"""Reports in parts, each written by the program that measured it."""

import os
import platform
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple


class Part(NamedTuple):
    """A part: its heading, and what measures it and tells it in lines."""

    title: str
    measure: Callable[[], list[str]]


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    return found[1].strip() if found else platform.machine()


def measured(part: Part, remark: str = "") -> str:
    """Run a part; return what is told, with the machine and how busy it was."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    when = datetime.now(UTC)
    lines = part.measure()
    machine = (
        f"{when:%Y-%m-%d %H:%M} UTC, {_processor()}, {cores} cores, load average {load:.1f} "
        f"before and {os.getloadavg()[0]:.1f} after, Python {platform.python_version()}{remark}"
    )
    return "\n".join([part.title, "", *lines, "", f"*{machine}.*"])


def told(path: Path) -> dict[str, str]:
    """Return the parts that a report has, by their headings."""
    if not path.exists():
        return {}
    parts = path.read_text().split("\n## ")[1:]
    return {part.partition("\n")[0]: part.strip() for part in parts}


def write(path: Path, first: str, parts: Iterable[Part], found: dict[str, str]) -> None:
    """Write those parts that there are, in order; last come others that the report has."""
    order = [part.title for part in parts]
    titles = [t for t in order if t in found] + [t for t in found if t not in order]
    texts = [found[title] for title in titles]
    path.write_text("\n\n## ".join([first, *texts]) + "\n")
