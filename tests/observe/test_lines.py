"""One line a request: what it was and took, nothing of what was in it."""

import asyncio
import logging
from collections.abc import MutableMapping

import orjson
import pytest
from starlette.testclient import TestClient

from app.observe.lines import json_line, plain_line, record_fields
from app.observe.logs import Log, _Handler, chosen_form
from app.observe.seen import Seen
from tests.observe.conftest import Lines

SECRET = "s3cr3t"
SOFTMAX = "/api/v1/layers/softmax"


def test_a_line_tells_what_was_answered(client: TestClient, lines: Lines) -> None:
    sent = b'{"input": [0, 0]}'
    headers = {"Content-Type": "application/json", "X-Request-ID": "one"}
    answer = client.post(SOFTMAX, content=sent, headers=headers)
    [line] = lines()
    assert line["time"].endswith("Z")
    assert (line["level"], line["id"]) == ("info", "one")
    assert (line["method"], line["route"]) == ("POST", "/api/v1/layers/{layer}")
    assert (line["status"], line["bytes_in"], line["bytes_out"]) == (
        200,
        len(sent),
        len(answer.content),
    )
    assert line["run_ms"] == answer.json()["timing_ms"]["run"]
    assert line["ms"] >= line["decode_ms"] + line["run_ms"] + line["encode_ms"] - 0.01
    assert "reason" not in line


def test_the_times_are_told_when_the_answer_leaves_them_out(
    client: TestClient, lines: Lines
) -> None:
    for form in ("json", "npy", "png", "safetensors"):
        path = f"{SOFTMAX}?fields=shape&format={form}"
        assert client.post(path, json={"input": [[0.0, 0.0]]}).status_code == 200
    assert [sorted(k for k in line if k.endswith("_ms")) for line in lines()] == [
        ["decode_ms", "encode_ms", "run_ms"]
    ] * 4


@pytest.mark.parametrize(
    ("method", "path", "route", "reason"),
    [
        ("GET", f"/{SECRET}/{SECRET}/{SECRET}", "none", "not-found"),
        ("GET", f"/static/{SECRET}", "/static/{path}", "not-found"),
        ("GET", f"/{SECRET}/{SECRET}", "none", "not-found"),
        ("GET", f"/en/{SECRET}", "/{lang}/{layer}", "not-found"),
        ("GET", f"/api/v1/tensors/{SECRET}", "/api/v1/tensors/{ref}", "tensor-gone"),
        ("POST", f"/api/v1/layers/{SECRET}", "/api/v1/layers/{layer}", "not-found"),
        ("DELETE", SOFTMAX, "/api/v1/layers/{layer}", "method-not-allowed"),
        ("POST", f"{SOFTMAX}?{SECRET}=1", "/api/v1/layers/{layer}", "invalid"),
        (SECRET.upper(), "/health/live", "/health/live", "method-not-allowed"),
    ],
)
def test_a_refusal_has_a_reason_and_nothing_of_the_client(
    client: TestClient, lines: Lines, method: str, path: str, route: str, reason: str
) -> None:
    headers = {"X-Secret": SECRET, "X-Request-ID": f"{SECRET} ", "Content-Type": "image/png"}
    client.request(method, path, content=SECRET.encode(), headers=headers)
    line = next(line for line in lines() if "status" in line)
    assert (line["route"], line["reason"]) == (route, reason)
    assert SECRET not in str(line).lower()


def test_machines_that_look_after_it_are_not_told_of(client: TestClient, lines: Lines) -> None:
    client.get("/health/live")
    client.get("/metrics")
    assert lines() == []


def test_our_own_mistake_is_told_with_its_place_and_forges_no_line(
    broken: TestClient, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("layerlab")
    monkeypatch.setattr(logger, "handlers", [_Handler()])
    monkeypatch.setattr(logger, "propagate", False)
    answer = broken.get(f"/api/v1/tensors/{'a' * 32}")
    mistake, request = lines()
    assert mistake["level"] == request["level"] == "error"
    assert mistake["id"] == request["id"] == answer.headers["x-request-id"]
    assert "RuntimeError" in mistake["error"]
    assert (request["status"], request["reason"]) == (500, "internal")


def test_a_plain_line_is_one_line_whatever_is_in_it() -> None:
    try:
        raise ValueError("one\n12:00:00 info forged\x1b[2J")
    except ValueError as error:
        record = logging.LogRecord(
            "a", 40, "", 1, "b\n%s", ("c\r\x00\ud800",), (ValueError, error, error.__traceback__)
        )
    first, *rest = plain_line("error", record_fields(record, logging.Formatter()), 0.0).splitlines()
    assert first.endswith(rb"error b\nc\r\x00\ud800")
    assert len(rest) > 2
    assert all(line.startswith(b"    ") and b"\x1b" not in line for line in rest)


@pytest.mark.parametrize(
    ("form", "level", "told"), [("off", 20, 0), ("plain", 20, 2), ("plain", 30, 0)]
)
def test_form_and_level_are_chosen(
    client: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    form: str,
    level: int,
    told: int,
) -> None:
    log = Log(form, level)
    monkeypatch.setattr("app.observe.logs._log", log)
    for _ in range(2):
        client.get("/nothing/at/all")
    log.flush()
    found = capfd.readouterr().err.splitlines()
    assert len(found) == told
    assert all(" info GET none 404 " in line and "reason=not-found" in line for line in found)


def test_without_a_terminal_the_log_is_for_programs() -> None:
    assert chosen_form("auto") == "json"
    assert chosen_form("plain") == "plain"


def test_a_client_that_is_gone_is_told_as_such(client: TestClient, lines: Lines) -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(_: MutableMapping[str, object]) -> None:
        return

    scope = {"type": "http", "method": "POST", "path": SOFTMAX, "headers": [], "query_string": b""}

    async def ask() -> None:
        await client.app(scope, receive, send)

    asyncio.run(ask())
    [line] = lines()
    assert (line["status"], line["bytes_out"], "reason" in line) == (499, 0, False)


def test_a_lone_surrogate_is_no_reason_to_fall_silent() -> None:
    assert orjson.loads(json_line("info", {"message": "a\ud800"}, 0.0))["message"] == "a\\ud800"


def test_lines_are_written_together_but_no_more_than_stay_whole(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    monkeypatch.setattr("app.observe.logs._write", written.append)
    log = Log("json")
    monkeypatch.setattr("app.observe.logs._log", log)
    for _ in range(100):
        client.get("/nothing/at/all")
    log.flush()
    assert len(written) < 50
    assert all(len(lines) <= 4096 and lines.endswith(b"\n") for lines in written)
    assert b"".join(written).count(b"\n") == 100


def test_lines_come_without_being_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    monkeypatch.setattr("app.observe.logs._write", written.append)

    async def tell() -> None:
        Log("json").tell(logging.INFO, (Seen("a"), "GET", "/", 200, 0, 0, 0))
        while not written:
            await asyncio.sleep(0.01)

    asyncio.run(tell())
    assert len(written) == 1
