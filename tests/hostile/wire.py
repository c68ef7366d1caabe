"""What clients do on a connection: bytes that are no request, and requests that never end."""

import select
import socket
import struct
import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import NamedTuple

from tests.hostile.cases import MODEL, TENSORS
from tests.hostile.fired import Shot
from tests.serving.server import SOFTMAX, Link, Server, post

GET = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"
POST = f"POST {SOFTMAX} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n".encode()
NPY_POST = POST.replace(b"json", b"x-npy")
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
SMALL = b'{"input": [0, 0]}'
MIB = 1 << 20
UNREADABLE, TOO_LARGE, HEAD_TOO_LARGE = (400,), (413,), (431,)
EITHER = (200, 400)


class Exchange(NamedTuple):
    """What one client, or many at once, do; and the answers that they may get.

    Args:
        name: what is done.
        act: does it; the answers that came.
        statuses: that each of them may have.
        is_slow: it waits for a deadline of the server, or is a lot of work.
    """

    name: str
    act: Callable[[Server], list[Shot]]
    statuses: tuple[int, ...]
    is_slow: bool = False


def timed(server: Server, data: bytes) -> Shot:
    """Return the answer to bytes over a connection of their own, and its time."""
    started = time.perf_counter()
    return Shot(server.ask(data), time.perf_counter() - started)


def _sends(data: bytes) -> Callable[[Server], list[Shot]]:
    return lambda server: [timed(server, data)]


def _lengths() -> Iterator[tuple[str, bytes, tuple[int, ...]]]:
    for path in (SOFTMAX, TENSORS, f"{MODEL}/predict", "/static/icon.svg", "/nothing", "/en/"):
        for method in ("POST", "GET", "PUT"):
            head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {10**15}\r\n"
            yield f"10^15 bytes, {method} {path}", f"{head}\r\n".encode(), TOO_LARGE
            expecting = f"{head}Expect: 100-continue\r\n\r\n".encode()
            yield f"10^15 bytes expected, {method} {path}", expecting, TOO_LARGE
    for size in (10**18, 2**63 - 1, 2**63, 2**64, 10**40, 65 * MIB + 1):
        yield f"{size} bytes", POST + f"Content-Length: {size}\r\n\r\n[".encode(), (400, 413)
    listed = POST + b"Content-Length: 200000000\r\n\r\n" + b'{"input":[' + b"1," * 500_000
    yield "a list of 200 MB, said", listed, TOO_LARGE


def _heads() -> Iterator[tuple[str, bytes, tuple[int, ...]]]:
    many = b"".join(b"X-%d: 1\r\n" % i for i in range(20_000))
    yield "20,000 headers", GET + many + b"\r\n", HEAD_TOO_LARGE
    yield "20,000 headers of one name", GET + b"X: 1\r\n" * 20_000 + b"\r\n", HEAD_TOO_LARGE
    yield "20,000 headers and no end", GET + many, HEAD_TOO_LARGE
    long = b"a" * MIB
    yield "a header of 1 MB", GET + b"X: " + long + b"\r\n\r\n", HEAD_TOO_LARGE
    yield "a header of 1 MB and no end", GET + b"X: " + long, HEAD_TOO_LARGE
    yield "a name of 1 MB", GET + long + b": 1\r\n\r\n", HEAD_TOO_LARGE
    yield "a cookie of 1 MB", GET + b"Cookie: " + long + b"\r\n\r\n", HEAD_TOO_LARGE
    yield "a target of 1 MB", b"GET /" + long + b" HTTP/1.1\r\n\r\n", HEAD_TOO_LARGE
    yield "a query of 1 MB", b"GET /?" + long + b" HTTP/1.1\r\n\r\n", HEAD_TOO_LARGE
    yield "a method of 1 MB", long + b" / HTTP/1.1\r\n\r\n", UNREADABLE
    for name, line in {
        "a folded header": b"X: a\r\n b\r\n", "a blank before the colon": b"X : a\r\n",
        "no colon": b"X\r\n", "no name": b": a\r\n", "a NUL": b"X: \0\r\n",
        "a lone CR": b"X: a\rY: b\r\n", "a lone LF": b"X: a\nY: b\r\n", "two hosts": b"Host: y\r\n",
        "odd signs in a name": b"(X): a\r\n", "bytes above 127": b"X: \xff\xfe\r\n",
        "an escape": b"X: \x1b[2J\r\n", "a blank at the start": b" X: a\r\n",
    }.items():  # fmt: skip
        yield f"head: {name}", GET + line + b"\r\n", EITHER


def _bodies() -> Iterator[tuple[str, bytes, tuple[int, ...]]]:
    five, none = b"5\r\n[1,2]\r\n0\r\n\r\n", b"0\r\n\r\n"
    for name, said in {
        "both lengths": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "both, the other way round": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "two lengths": b"Content-Length: 5\r\nContent-Length: 6\r\n",
        "a list of lengths": b"Content-Length: 5, 5\r\n", "+5": b"Content-Length: +5\r\n",
        "-5": b"Content-Length: -5\r\n", "0x5": b"Content-Length: 0x5\r\n",
        "no number": b"Content-Length: five\r\n", "empty": b"Content-Length:\r\n",
        "xchunked": b"Transfer-Encoding: xchunked\r\n",
        "chunked, identity": b"Transfer-Encoding: chunked, identity\r\n",
        "chunked twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "gzip": b"Transfer-Encoding: gzip\r\n", "a tab": b"Transfer-Encoding:\tchunked\r\n",
    }.items():  # fmt: skip
        yield f"framing: {name}", POST + said + b"\r\n" + five, (400, 422)
    for size in (b"ffffffffffffffff1", b"-1", b"zz", b"", b"0x5", b"5 5"):
        yield f"chunk of {size!r}", POST + CHUNKED + size + b"\r\n[1,2]\r\n" + none, (400, 413)
    yield "chunk without its end", POST + CHUNKED + b"2\r\n[1,2]\r\n" + none, UNREADABLE
    long = b"5;" + b"e" * MIB + b"\r\n[1,2]\r\n" + none
    yield "a chunk's extension of 1 MB", POST + CHUNKED + long, UNREADABLE
    trailers = b"".join(b"X-%d: 1\r\n" % n for n in range(20_000))
    yield "20,000 trailers", POST + CHUNKED + five[:-2] + trailers + b"\r\n", HEAD_TOO_LARGE
    empty = b"".join([b"1\r\n \r\n"] * 20_000) + none
    yield "20,000 chunks of a blank", POST + CHUNKED + empty, UNREADABLE
    for expect in (b"200-ok", b"", b"100-continue, x", b"x" * 5000):
        yield f"expect {expect[:20]!r}", POST + b"Expect: " + expect + b"\r\n\r\n", (400, 417)


def _lines() -> Iterator[tuple[str, bytes, tuple[int, ...]]]:
    for target in (b"http://evil.example/", b"*", b"//evil.example/", b"/../../etc/passwd", b"/%",
                   b"/\\..\\..\\etc", b"x:80", b"?", b"#", b"/a#b", b"/\t", b"/\x7f", b"/;",
                   b"/http://127.0.0.1:1/"):  # fmt: skip
        sent = b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n"
        yield f"target {target!r}", sent, (200, 307, 400, 404)
    for name, data in {
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "SSH": b"SSH-2.0-x\r\n\r\n",
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/9.9": b"GET / HTTP/9.9\r\n\r\n",
        "a small method": b"get / HTTP/1.1\r\n\r\n",
        "CONNECT": b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", "NULs": bytes(MIB),
        "PROXY": b"PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n\r\n", "XML": b"<?xml?>\r\n\r\n" * 1000,
        "bytes of all kinds": bytes(range(256)) * 4000, "a log line": b"a\x1b[2J\n{}\r\n\r\n",
    }.items():  # fmt: skip
        yield f"instead of HTTP: {name}", data, UNREADABLE
    for upgrade in (b"websocket", b"h2c", b"TLS/1.0"):
        sent = GET + b"Connection: Upgrade\r\nUpgrade: " + upgrade + b"\r\n\r\n"
        yield f"upgrade to {upgrade!r}", sent, EITHER
    yield "HTTP/0.9", b"GET /\r\n\r\n", (200, 307, 400)
    yield "100,000 empty lines before it", b"\r\n" * 100_000 + GET + b"\r\n", (200, 400, 431)


def _until_answered(head: bytes, pieces: Iterator[bytes]) -> Callable[[Server], list[Shot]]:
    """Return what sends pieces without end, until somebody answers."""

    def act(server: Server) -> list[Shot]:
        started = time.perf_counter()
        with server.link() as link:
            link.send(head)
            while not link.has_bytes():
                link.send(next(pieces))
            return [Shot(link.answer(), time.perf_counter() - started)]

    return act


def _endless() -> Iterator[Exchange]:
    chunk = b"%x\r\n%s\r\n" % (1 << 16, b"1," * (1 << 15))
    most = b"Content-Length: %d\r\n\r\n" % (65 * MIB)
    for name, head, pieces, statuses in (
        ("chunks of 64 KB, a list", POST + CHUNKED, cycle([chunk]), TOO_LARGE),
        ("chunks of 64 KB, an array", NPY_POST + CHUNKED, cycle([chunk]), TOO_LARGE),
        ("chunks of a byte", POST + CHUNKED, cycle([b"1\r\n \r\n" * 2000]), UNREADABLE),
        ("a chunk's extension", POST + CHUNKED + b"1;", cycle([b"e" * 4000]), UNREADABLE),
        ("headers", GET, cycle([b"X: 1\r\n"]), (408, 431)),
        ("a header", GET + b"X: ", cycle([b"x" * 4000]), HEAD_TOO_LARGE),
        ("trailers", POST + CHUNKED + b"0\r\n", cycle([b"X: 1\r\n" * 9]), (400, 431)),
        ("empty lines", b"", cycle([b"\r\n" * 1000]), (400, 408, 431)),
        ("a list beyond its length", POST + most, cycle([b"1," * 30_000]), TOO_LARGE),
    ):
        yield Exchange(f"endless: {name}", _until_answered(head, pieces), statuses)


def _slow() -> Iterator[Exchange]:
    def drip(data: bytes, seconds: float) -> Iterator[bytes]:
        for byte in data:
            time.sleep(seconds)
            yield bytes([byte])

    def drip_nothing() -> Iterator[bytes]:
        while True:
            time.sleep(0.1)
            yield b""

    line = b"X: 1\r\n" * 1000
    yield Exchange("slow headers", _until_answered(GET, drip(line, 0.1)), (408,), is_slow=True)
    body = POST + b"Content-Length: 17\r\n\r\n{"
    stops = _until_answered(body, drip_nothing())
    most = POST + CHUNKED + b"fffffffffffffffe\r\n[1,2]"
    yield Exchange("a chunk of 2^64-2 bytes", _sends(most), (408,), is_slow=True)
    yield Exchange("a body that stops", stops, (408,), is_slow=True)


def _reset(link: Link) -> None:
    """Close so that the other side is told with a reset."""
    link.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    link.close()


def _resets() -> Iterator[Exchange]:
    upload = NPY_POST + b"Content-Length: 60000000\r\n\r\n" + bytes(MIB)
    large = post("/api/v1/layers/upsample?format=npy&size=3000,3000", b'{"input": [[[[0, 1]]]]}')
    for name, data in {
        "in mid-head": GET, "in mid-upload": upload, "in mid-chunk": POST + CHUNKED + b"fff\r\n[",
        "after a request": post(SOFTMAX, SMALL), "in mid-answer": large,
    }.items():  # fmt: skip

        def act(server: Server, data: bytes = data) -> list[Shot]:
            for number in range(20):
                link = server.link()
                link.send(data)
                if number % 2:
                    select.select([link.socket], [], [], 0.05)
                _reset(link)
            return [timed(server, post(SOFTMAX, SMALL))]

        yield Exchange(f"20 resets {name}", act, (200,))


def exchanges() -> list[Exchange]:
    """Return all that one client does."""
    sent = (*_lengths(), *_heads(), *_bodies(), *_lines())
    whole = [Exchange(name, _sends(data), statuses) for name, data, statuses in sent]
    return [*whole, *_endless(), *_resets(), *_slow()]
