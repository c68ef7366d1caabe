"""`make bench`: what the service costs beside what one would otherwise run."""

import argparse

from benchmarks.explain import explain_lines
from benchmarks.from_png import from_png
from benchmarks.growth import growth
from benchmarks.network_page import measure_network_page, network_lines
from benchmarks.report import Part, measured, told, write
from benchmarks.results import FIRST, RESULTS
from benchmarks.side_by_side import side_by_side
from benchmarks.slider import measure_slider, slider_lines
from benchmarks.starting import starting
from benchmarks.works import works


def _parts(rounds: int) -> dict[str, Part]:
    return {
        "requests": Part("The works", lambda: side_by_side(rounds)),
        "pipeline": Part("One pipeline from a PNG", lambda: from_png(rounds)),
        "growth": Part("Growth", lambda: growth(rounds)),
        "start": Part("Start", starting),
        "explain": Part("One element of 16 megapixels explained", explain_lines),
        "slider": Part(
            "From a slider's movement to the painted maps",
            lambda: slider_lines(*measure_slider()),
        ),
        "network": Part(
            "A network of today on its page", lambda: network_lines(measure_network_page())
        ),
    }


def main() -> None:
    """Measure and write RESULTS.md; a part that was not measured stays as it is there."""
    parser = argparse.ArgumentParser("make bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=_parts(0), action="append")
    parser.add_argument(
        "--work", choices=[w.name for w in works()], action="append",
        help="measure this work alone, and write nothing",
    )  # fmt: skip
    parser.add_argument("--alone", action="store_true", help="with --work: without the others")
    asked = parser.parse_args()
    if asked.work:
        side_by_side(asked.rounds, asked.work, alone=asked.alone)
        return
    parts, found = _parts(asked.rounds), told(RESULTS)
    for name, part in parts.items():
        if not asked.only or name in asked.only:
            print(f"## {part.title}", flush=True)
            found[part.title] = measured(part)
            write(RESULTS, FIRST, parts.values(), found)


if __name__ == "__main__":
    main()
