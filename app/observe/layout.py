"""Where each number stands in a worker's slot: single numbers, refusals, a row for each route."""

from enum import IntEnum

MILLION = 1_000_000


class Number(IntEnum):
    """The single numbers of a worker; those from `RUNNING` on start at zero with each process."""

    STARTS = 0
    SESSION_HITS = 1
    SESSION_MISSES = 2
    PROCESS = 8
    RUNNING = 9
    WAITING = 10
    OPEN = 11
    SESSIONS = 12


NUMBERS, GAUGES = 16, 8

# Upper bounds of the buckets of a histogram, in ms.
BOUNDS_MS = (0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000)
BOUNDS_NS = tuple(int(bound * MILLION) for bound in BOUNDS_MS)
# Its sum in ns, then a count for each bucket and one for what is above them.
HISTOGRAM = 1 + len(BOUNDS_MS) + 1
STAGES = ("total", "decode", "run", "encode")

# The last stands for all others.
STATUSES = (200, 204, 206, 301, 304, 307, 308, 400, 404, 405, 406, 408, 411, 413, 414, 415,
            416, 417, 422, 429, 431, 499, 500, 501, 503, 504, 0)  # fmt: skip

NAME = 12
NAME_BYTES = NAME * 8
ROUTES, REASONS = 64, 32

BYTES_IN = NAME + len(STATUSES)
BYTES_OUT = BYTES_IN + 1
HISTOGRAMS = BYTES_OUT + 1
ROUTE_ROW = HISTOGRAMS + len(STAGES) * HISTOGRAM
REASON_ROW = NAME + 1
FIRST_REASON = NUMBERS
FIRST_ROUTE = FIRST_REASON + REASONS * REASON_ROW
SLOT_CELLS = FIRST_ROUTE + ROUTES * ROUTE_ROW
