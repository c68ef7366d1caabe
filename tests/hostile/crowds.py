"""What many clients do at once, and whether others are served meanwhile."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from tests.hostile.cases import CONV, LAYERS, SOFTMAX, TENSORS, written
from tests.hostile.fired import REFUSED_S, Shot
from tests.hostile.wire import GET, NPY_POST, POST, SMALL, Exchange, timed
from tests.pngs import png_of
from tests.serving.server import Link, Server, post

_NPY = "application/x-npy"
BUSY = (200, 503)
_LARGE = f"{LAYERS}/upsample?format=npy&size=3000,3000"
_FEW = b'{"input": [[[[0, 1], [1, 0]]]]}'


def at_once(number: int, ask: Callable[[int], list[Shot]]) -> list[Shot]:
    """Do it in so many threads; all that came."""
    found: list[Shot] = []
    failed: list[BaseException] = []

    def do(turn: int) -> None:
        try:
            found.extend(ask(turn))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=do, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return found


def _while_open(data: bytes, number: int, then: Callable[[Link], list[Shot]]) -> Exchange:
    """Open connections that send this and no more; ask meanwhile, and see what they are told."""

    def act(server: Server) -> list[Shot]:
        with ExitStack() as stack:
            links = [stack.enter_context(server.link()) for _ in range(number)]
            for link in links:
                link.send(data)
            shots = [timed(server, post(SOFTMAX, SMALL)) for _ in range(20)]
            shots += [shot for link in links for shot in then(link)]
            return shots

    return Exchange(f"{number} that send {data[:20]!r} only", act, (200, 408), is_slow=True)


def _is_closed(link: Link) -> list[Shot]:
    assert link.rest() == b""
    return []


def _is_told(link: Link) -> list[Shot]:
    return [Shot(link.answer(), 0.0)]


def _silent() -> Iterator[Exchange]:
    yield _while_open(b"", 200, _is_closed)
    yield _while_open(GET, 200, _is_told)
    yield _while_open(POST + b"Content-Length: 17\r\n\r\n{", 200, _is_told)


def _unread(server: Server) -> list[Shot]:
    """Ask for 36 MB ten times and read nothing; the others are served."""
    with ExitStack() as stack:
        links = [stack.enter_context(server.link()) for _ in range(10)]
        for link in links:
            link.send(post(_LARGE, _FEW))
        time.sleep(1)
        shots = [timed(server, post(SOFTMAX, SMALL)) for _ in range(20)]
        # As long as a connection may stand still, and a little more.
        time.sleep(22)
        assert all(len(link.rest()) < 36_000_000 for link in links[:5])
    return [*shots, timed(server, post(_LARGE, _FEW))]


def _expecting(server: Server) -> list[Shot]:
    """Say that 55 MB will come and send little of it; small bodies are read all the same."""
    head = NPY_POST + b"Expect: 100-continue\r\nContent-Length: 55000000\r\n\r\n"
    with ExitStack() as stack:
        links = [stack.enter_context(server.link()) for _ in range(30)]
        for link in links:
            link.send(head)
        shots = [timed(server, post(SOFTMAX, SMALL)) for _ in range(20)]
        for link in links:
            assert (link.line(), link.line()) == (b"HTTP/1.1 100 Continue\r\n", b"\r\n")
            link.send(bytes(1_200_000))
        shots += [timed(server, post(SOFTMAX, SMALL)) for _ in range(20)]
        # The first MiB of all thirty has room in 192 MiB, and the rest of three: 30 + 3 x 52 MiB.
        # A fourth has none even when all the others are refused, so the count hangs on no order.
        time.sleep(REFUSED_S)
        told = [link for link in links if link.has_bytes()]
        assert len(told) == 27, f"{len(told)} of 30 were told"
        return [*shots, *(Shot(link.answer(), 0.0) for link in told)]


def _heavy(url: str, body: bytes, kind: str, number: int) -> Callable[[Server], list[Shot]]:
    data = post(url, body, kind=kind)

    def act(server: Server) -> list[Shot]:
        beside: list[Shot] = []

        def ask(turn: int) -> list[Shot]:
            if turn:
                return [timed(server, data)]
            beside.extend(timed(server, post(SOFTMAX, SMALL)) for _ in range(20))
            return []

        shots = at_once(number + 1, ask)
        assert {shot.answer.status for shot in beside} == {200}
        assert min(shot.answer.status for shot in shots) < 300, "none of them is done"
        return shots

    return act


def _zeros(*shape: int) -> npt.NDArray[np.float32]:
    return np.zeros(shape, np.float32)


def _heaviest() -> Iterator[Exchange]:
    """Yield the most that may be asked for of each kind, 24 times at once."""
    image = written(_zeros(1, 4, 2048, 2048))
    padded = written(_zeros(1, 5))
    conv = urlencode({"out_channels": 8, "kernel_size": 3, "padding": 1, "format": "npy"})
    doubles = written(np.zeros((8, 1024, 1024)))
    levels = written(np.zeros((1, 1, 2040, 2040), np.uint8))
    picture = png_of(4096, 4096, 8, 2, _deflated(4096 * (1 + 3 * 4096)))
    for number, (name, url, body, kind) in enumerate((
        ("64 MB in and out", f"{LAYERS}/activation?format=npy", image, _NPY),
        ("64 MB in, 128 MB out", f"{CONV}?{conv}", image, _NPY),
        ("64 MB of float64", f"{LAYERS}/softmax?format=npy", doubles, _NPY),
        ("4 MB of uint8, 16 as float32", f"{LAYERS}/softmax?format=npy", levels, _NPY),
        ("48 MB out of nothing", f"{LAYERS}/pad?mode=replicate&padding=0,12000000&format=npy",
         padded, _NPY),
        ("a picture of 16 million pixels", f"{CONV}?kernel=box&format=npy", picture, "image/png"),
        ("4 million numbers as JSON", f"{LAYERS}/upsample?size=2000,2000", _FEW,
         "application/json"),
        ("8 MB of JSON", SOFTMAX, b'{"input":[' + b"1," * 4_000_000 + b"1]}", "application/json"),
        ("tensors that are held", TENSORS, image, _NPY),
    )):  # fmt: skip
        act = _heavy(url, body, kind, 24)
        yield Exchange(f"24 at once: {name}", act, (*BUSY, 201), is_slow=number > 0)


def _deflated(size: int) -> bytes:
    import zlib

    return zlib.compress(bytes(size))


def _refs(server: Server) -> list[Shot]:
    """Hold more than there is room for, from eight clients, and look at what is still there."""

    def ask(turn: int) -> list[Shot]:
        held: list[tuple[str, int]] = []
        shots: list[Shot] = []
        for round_ in range(6):
            value = turn * 100 + round_
            array = np.full((2000, 2000), value, np.float32)
            put = timed(server, post(TENSORS, written(array), kind=_NPY))
            shots.append(put)
            if put.answer.status == 201 and (ref := put.answer.json["ref"]):
                held.append((ref, value))
            for ref, known in held[-3:]:
                body = json.dumps({"input": {"ref": ref}, "mode": "global_max"}).encode()
                got = timed(server, post(f"{LAYERS}/pooling", body))
                shots.append(got)
                if got.answer.status == 200:
                    assert got.answer.json["output"] == [[[[float(known)]]]]
                elif got.answer.status == 404:
                    assert got.answer.json["type"].endswith("/tensor-gone")
        return shots

    return at_once(8, ask)


def _own(server: Server) -> list[Shot]:
    """Ask for something of one's own, each of sixteen clients, on one connection each."""

    def ask(turn: int) -> list[Shot]:
        with server.link() as link:
            shots = []
            for round_ in range(50):
                number, started = turn * 1000 + round_, time.perf_counter()
                link.send(post(f"{LAYERS}/activation", b'{"input": [%d]}' % number))
                answer = link.answer()
                assert answer.json["output"] == [float(number)]
                shots.append(Shot(answer, time.perf_counter() - started))
            return shots

    return at_once(16, ask)


def exchanges() -> list[Exchange]:
    """Return all that many clients do at once."""
    return [
        *_silent(),
        Exchange("ten who do not read", _unread, BUSY, is_slow=True),
        Exchange("thirty who say that much will come", _expecting, BUSY),
        Exchange("refs, more than there is room for", _refs, (200, 201, 404, 503), is_slow=True),
        Exchange("sixteen, each with numbers of its own", _own, (200,)),
        *_heaviest(),
    ]
