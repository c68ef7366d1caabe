"""An answer's head goes out with what follows it, and never too late or not at all."""

import asyncio
import inspect
import re
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.transport.together import Together

HEAD, BODY = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n", b"body"


class Heard(asyncio.Transport):
    """A transport that keeps what is written to it, one write at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        self.writes.append(bytes(data))

    def writelines(self, list_of_data: Any) -> None:
        self.writes.append(b"".join(list_of_data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


@pytest.mark.parametrize("body", [BODY, memoryview(BODY), b"", bytes(300_000)])
def test_the_head_goes_with_the_first_of_the_body(body: bytes) -> None:
    heard = Heard()
    answer = Together(heard)
    answer.write(HEAD)
    assert heard.writes == []
    answer.write(body)
    answer.write(BODY)
    assert heard.writes == [HEAD + bytes(body), BODY]


def test_continue_goes_at_once() -> None:
    heard = Heard()
    answer = Together(heard)
    answer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert heard.writes == [b"HTTP/1.1 100 Continue\r\n\r\n"]
    answer.write(HEAD)
    answer.write(BODY)
    assert heard.writes[1:] == [HEAD + BODY]


def test_an_answer_that_breaks_off_has_its_head() -> None:
    heard = Heard()
    answer = Together(heard)
    answer.write(HEAD)
    assert not answer.is_closing()
    answer.close()
    assert heard.writes == [HEAD]
    assert answer.is_closing()


def test_a_body_that_looks_like_continue_stays_behind_its_head() -> None:
    heard = Heard()
    answer = Together(heard)
    answer.write(HEAD)
    answer.write(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
    assert heard.writes == [HEAD + b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"]


def test_nothing_else_can_be_done_past_the_head() -> None:
    used = set(re.findall(r"self\.transport\.(\w+)", inspect.getsource(RequestResponseCycle)))
    assert used == {"write", "close", "is_closing"}
    assert {name for name in vars(Together) if not name.startswith("_")} == used
    assert not hasattr(Together(Heard()), "writelines")
