"""The numbers of all workers as Prometheus reads them."""

import os
from collections.abc import Iterator, Mapping
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from app import __version__
from app.observe.block import Block
from app.observe.counts import named_rows
from app.observe.layout import (
    BOUNDS_MS,
    BYTES_IN,
    BYTES_OUT,
    FIRST_REASON,
    FIRST_ROUTE,
    HISTOGRAM,
    HISTOGRAMS,
    NAME,
    REASON_ROW,
    REASONS,
    ROUTE_ROW,
    ROUTES,
    STAGES,
    STATUSES,
    Number,
)

_NS = 1e-9
_BOUNDS = (*(str(bound / 1000) for bound in BOUNDS_MS), "+Inf")
_SINGLE = (
    (Number.SESSION_HITS, "session_hits", "Runs whose ONNX Runtime session was kept already"),
    (Number.SESSION_MISSES, "session_misses", "Runs whose ONNX Runtime session had to be made"),
)
_NOW = (
    (Number.OPEN, "requests_open", "Requests that are being answered"),
    (Number.RUNNING, "work_running", "Heavy pieces of work that run"),
    (Number.WAITING, "work_waiting", "Heavy pieces of work that wait for their turn"),
    (Number.SESSIONS, "sessions", "ONNX Runtime sessions kept"),
)


class Totals(Collector):
    """The sums over all workers.

    Args:
        block: with a slot for each worker.
        store: returns bytes and entries of the tensors held.
    """

    def __init__(self, block: Block, store: Mapping[str, int]) -> None:
        self._slots = [block.slot(place) for place in range(block.places)]
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Return every metric."""
        about = GaugeMetricFamily("layerlab_info", "What is served", labels=["version"])
        about.add_metric([__version__], 1)
        yield about
        yield from self._of_routes()
        refused = CounterMetricFamily(
            "layerlab_refusals", "Requests refused, by the slug of the problem", labels=["reason"]
        )
        for reason, cells in self._rows(FIRST_REASON, REASON_ROW, REASONS).items():
            refused.add_metric([reason], cells[NAME])
        yield refused
        yield from self._single()
        yield from self._of_processes()
        for name, value in self._store.items():
            yield GaugeMetricFamily(f"layerlab_store_{name}", f"Tensors held: {name}", value)

    def _rows(self, first: int, size: int, most: int) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for slot in self._slots:
            for name, place in named_rows(slot, first, size, most):
                cells = slot[place : place + size].tolist()
                before = found.get(name)
                if before:
                    cells = [a + b for a, b in zip(before, cells, strict=True)]
                found[name] = cells
        return found

    def _of_routes(self) -> Iterator[Metric]:
        rows = self._rows(FIRST_ROUTE, ROUTE_ROW, ROUTES)
        answered = CounterMetricFamily(
            "layerlab_requests", "Requests answered", labels=["route", "status"]
        )
        moved = {
            "in": CounterMetricFamily("layerlab_received_bytes", "Of bodies", labels=["route"]),
            "out": CounterMetricFamily("layerlab_sent_bytes", "Of bodies", labels=["route"]),
        }
        took = HistogramMetricFamily(
            "layerlab_request_seconds",
            "Time to the end of an answer (total) and its parts",
            labels=["route", "stage"],
        )
        for route, cells in rows.items():
            for status, number in zip(STATUSES, cells[NAME:BYTES_IN], strict=True):
                if number:
                    answered.add_metric([route, str(status) if status else "other"], number)
            moved["in"].add_metric([route], cells[BYTES_IN])
            moved["out"].add_metric([route], cells[BYTES_OUT])
            for place, stage in enumerate(STAGES):
                begin = HISTOGRAMS + place * HISTOGRAM
                total, *buckets = cells[begin : begin + HISTOGRAM]
                if any(buckets):
                    summed = zip(_BOUNDS, accumulate(buckets), strict=True)
                    took.add_metric([route, stage], list(summed), total * _NS)
        yield from (answered, *moved.values(), took)

    def _single(self) -> Iterator[Metric]:
        for number, name, said in _SINGLE:
            total = sum(slot[number] for slot in self._slots)
            yield CounterMetricFamily(f"layerlab_{name}", said, total)
        alive = [slot for slot in self._slots if _is_alive(slot[Number.PROCESS])]
        for number, name, said in _NOW:
            yield GaugeMetricFamily(f"layerlab_{name}", said, sum(slot[number] for slot in alive))
        again = sum(max(slot[Number.STARTS] - 1, 0) for slot in self._slots)
        yield CounterMetricFamily(
            "layerlab_worker_restarts", "Workers started in a dead one's place", again
        )
        yield GaugeMetricFamily("layerlab_workers", "Workers that are alive", len(alive))

    def _of_processes(self) -> Iterator[Metric]:
        memory = GaugeMetricFamily(
            "layerlab_resident_bytes", "Memory of each worker", labels=["worker"]
        )
        for place, slot in enumerate(self._slots):
            memory.add_metric([str(place)], _resident(slot[Number.PROCESS]))
        yield memory


def _is_alive(process: int) -> bool:
    if not process:
        return False
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def _resident(process: int) -> int:
    """Return the bytes of memory that a process has; 0 where the system does not say it so."""
    try:
        with open(f"/proc/{process}/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def exposition(block: Block, store: Mapping[str, int], accept: str) -> tuple[bytes, str]:
    """Return the metrics as text, and its media type, in the form that the scraper prefers."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Totals(block, store))
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type
