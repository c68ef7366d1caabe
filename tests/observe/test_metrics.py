"""What is counted, over all workers, and what Prometheus's own reader makes of it."""

from collections import Counter
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app.observe.block import Block
from app.observe.counts import OTHERS, Counts
from app.observe.layout import MILLION, REASONS, Number
from app.observe.metrics import exposition

SOFTMAX = "/api/v1/layers/softmax"
ROUTE = "/api/v1/layers/{layer}"


def read(text: str) -> dict[str, float]:
    """Return each sample by its name and labels."""
    return {
        sample.name + "".join(f" {k}={v}" for k, v in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(client: TestClient) -> Counter[str]:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return Counter(read(answer.text))


def test_requests_refusals_times_and_sessions_are_counted(client: TestClient) -> None:
    client.post(SOFTMAX, json={"input": [0, 0]})
    before = scrape(client)
    for _ in range(3):
        client.post(SOFTMAX, json={"input": [0, 0]})
    client.post(SOFTMAX, json={"input": [0, 0], "dim": 7})
    client.get("/nothing/at/all")
    after = scrape(client)
    after.subtract(before)
    assert after[f"layerlab_requests_total route={ROUTE} status=200"] == 3
    assert after[f"layerlab_requests_total route={ROUTE} status=422"] == 1
    assert after["layerlab_requests_total route=none status=404"] == 1
    assert after["layerlab_refusals_total reason=invalid"] == 1
    assert after["layerlab_refusals_total reason=not-found"] == 1
    assert after["layerlab_session_hits_total"] == 3
    assert after["layerlab_session_misses_total"] == 0
    assert after[f"layerlab_request_seconds_count route={ROUTE} stage=total"] == 4
    for stage in ("decode", "run", "encode"):
        assert after[f"layerlab_request_seconds_count route={ROUTE} stage={stage}"] == 3
        assert after[f"layerlab_request_seconds_sum route={ROUTE} stage={stage}"] > 0
    assert after[f"layerlab_received_bytes_total route={ROUTE}"] > 0


def test_the_store_and_the_process_are_told(
    client: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.metrics._STORE_SECONDS", -1)
    assert client.post(f"{SOFTMAX}?refs=1", json={"input": [1.0, 2.0]}).json()["refs"]["output"]
    (folder / "a-folder").mkdir(exist_ok=True)
    found = scrape(client)
    assert found["layerlab_workers"] == 1
    assert found["layerlab_resident_bytes worker=0"] > 1e7
    held = [path.stat().st_size for path in folder.iterdir() if path.is_file()]
    assert len(held) > 0
    assert found["layerlab_store_entries"] == len(held)
    assert found["layerlab_store_bytes"] == sum(held)
    assert found["layerlab_requests_open"] == 1
    assert found["layerlab_worker_restarts_total"] == 0


def test_openmetrics_is_answered_when_it_is_preferred(client: TestClient) -> None:
    answer = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


def _text(block: Block) -> dict[str, float]:
    return read(exposition(block, {"bytes": 0}, "")[0].decode())


def test_a_histogram_has_the_bounds_that_it_says() -> None:
    block = Block(1)
    counts = Counts(block, 0)
    row = counts.answered("/a", 200, 1, 2)
    for ms in (0.2, 0.5, 0.6, 40_000):
        counts.took(row, 0, int(ms * MILLION))
    found = _text(block)
    name = "layerlab_request_seconds_bucket"
    assert found[f"{name} le=0.0005 route=/a stage=total"] == 2
    assert found[f"{name} le=0.001 route=/a stage=total"] == 3
    assert found[f"{name} le=30.0 route=/a stage=total"] == 3
    assert found[f"{name} le=+Inf route=/a stage=total"] == 4
    total = found["layerlab_request_seconds_sum route=/a stage=total"]
    assert total == pytest.approx(40.0013)


def test_workers_are_summed_and_one_that_takes_a_place_counts_on() -> None:
    block = Block(2)
    first, second = Counts(block, 0), Counts(block, 1)
    for counts in (first, second):
        counts.begin()
        counts.answered("/b", 200, 0, 0)
        counts.answered("/a" if counts is first else "/b", 404, 0, 0)
        counts.refused("busy")
        counts.add(Number.RUNNING)
    again = Counts(block, 1)
    again.begin()
    again.answered("/b", 200, 0, 0)
    again.answered("/c", 299, 0, 0)
    again.refused("busy")
    found = _text(block)
    assert found["layerlab_requests_total route=/b status=200"] == 3
    assert found["layerlab_requests_total route=/a status=404"] == 1
    assert found["layerlab_requests_total route=/b status=404"] == 1
    assert found["layerlab_requests_total route=/c status=other"] == 1
    assert found["layerlab_refusals_total reason=busy"] == 3
    assert found["layerlab_work_running"] == 1
    assert found["layerlab_worker_restarts_total"] == 1


def test_names_that_find_no_room_are_counted_together() -> None:
    block = Block(1)
    counts = Counts(block, 0)
    for number in range(REASONS + 5):
        counts.refused(f"reason-{number}")
    found = _text(block)
    assert found[f"layerlab_refusals_total reason={OTHERS}"] == 6
    assert sum(v for k, v in found.items() if "refusals_total" in k) == REASONS + 5
