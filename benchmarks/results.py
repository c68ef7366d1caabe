"""The report that `make bench` and `make bench-gpu` write."""

from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
FIRST = """# Measured

What this service costs beside what one would otherwise run, by `make bench`, and on a card by
`make bench-gpu`; each part is written by the program that measured it, in one run. What misses its
goal stands here as it is."""
