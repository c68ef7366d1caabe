"""`make bench`: processor time a request, as ratios within one run; then what a reader waits."""

import argparse
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.explain import explain_lines
from benchmarks.servers import Server, serving, uvicorn
from benchmarks.slider import measure_slider, slider_lines
from benchmarks.works import Request, Work, one_thread, works

_RESULTS = Path(__file__).parent / "RESULTS.md"


def _batch(server: Server, request: Request, count: int) -> float:
    """Return the server's processor time for a request, in ms."""
    before = server.cpu_seconds()
    for _ in range(count):
        server.post(request)
    return (server.cpu_seconds() - before) / count * 1e3


def _bare_run(work: Work, count: int) -> float:
    session = one_thread(work.model)
    session.run(None, work.feeds)
    before = time.process_time()
    for _ in range(count):
        session.run(None, work.feeds)
    return (time.process_time() - before) / count * 1e3


def _check(work: Work, body: bytes) -> None:
    np.testing.assert_allclose(work.answer(body), work.expected(), rtol=1e-3, atol=1e-4)


def measure(
    work: Work, ours: Server, first: Server, bare: Server, rounds: int, count: int
) -> dict[str, list[float]]:
    """Return the figures of each round, in ms of processor time a request."""
    body = ours.post(work.ours)
    _check(work, body)
    if work.first:
        _check(work, first.post(work.first))
    empty = Request(f"/?{len(body)}", {}, work.ours.body)
    found: dict[str, list[float]] = {"ours": [], "first": [], "http": [], "run": []}
    for server, request in ((ours, work.ours), (bare, empty)):
        _batch(server, request, count // 4)
    for _ in range(rounds):
        found["ours"].append(_batch(ours, work.ours, count))
        if work.first:
            found["first"].append(_batch(first, work.first, count))
        found["http"].append(_batch(bare, empty, count))
        found["run"].append(_bare_run(work, count))
    return found


def _row(work: Work, found: dict[str, list[float]]) -> str:
    middle = {key: statistics.median(values) for key, values in found.items() if values}
    floor = [h + r for h, r in zip(found["http"], found["run"], strict=True)]
    over = statistics.median(o / f for o, f in zip(found["ours"], floor, strict=True))
    under = "–"
    if found["first"]:
        pairs = zip(found["ours"], found["first"], strict=True)
        under = f"{statistics.median(o / f for o, f in pairs):.3f}"
    first = f"{middle['first']:.2f}" if "first" in middle else "–"
    return (
        f"| {work.name} | {middle['ours']:.2f} | {first} | {under} | {middle['run']:.2f} "
        f"| {middle['http']:.2f} | {over:.2f} |"
    )


def _server_lines(rounds: int, count: int) -> list[str]:
    """Measure the requests and return them as they stand in RESULTS.md."""
    lines = [
        "# Measured",
        "",
        "Processor time of the server's process tree a request, in ms: medians over "
        f"{rounds} rounds of {count} requests, in turn, one connection. Ratios are "
        "medians of the rounds' own ratios. Every answer is checked against ONNX Runtime first. "
        "The first endpoint names no return type, so FastAPI's own encoder writes its answers; "
        "with one it is faster.",
        "",
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}.",
        "",
        "| work | Layerlab | first endpoint | ratio | bare run | bare HTTP | over both |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    with (
        serving("-m", "app.cli", "serve") as ours,
        serving(*uvicorn("benchmarks.first_endpoint:app")) as first,
        serving(*uvicorn("benchmarks.bare_http:app")) as bare,
    ):
        for work in works():
            found = measure(work, ours, first, bare, rounds, count)
            lines.append(_row(work, found))
            print(lines[-1], flush=True)
    return lines


def _parts(rounds: int, count: int) -> dict[str, Callable[[], list[str]]]:
    return {
        "requests": lambda: _server_lines(rounds, count),
        "explain": explain_lines,
        "slider": lambda: slider_lines(*measure_slider()),
    }


def main() -> None:
    """Measure and write RESULTS.md; a part that was not measured stays as it is there."""
    parser = argparse.ArgumentParser("make bench")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--only", choices=_parts(0, 0))
    asked = parser.parse_args()
    told = dict(zip(_parts(0, 0), _RESULTS.read_text().split("\n## "), strict=True))
    for name, measured in _parts(asked.rounds, asked.count).items():
        if asked.only in (None, name):
            told[name] = "\n".join(measured()).removeprefix("## ")
    _RESULTS.write_text("\n\n## ".join(part.strip() for part in told.values()) + "\n")


if __name__ == "__main__":
    main()
