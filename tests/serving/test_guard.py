"""The transport's limits and deadlines, against the real server with deadlines of a second."""

import re
import socket
import time
from collections.abc import Iterator

import pytest

from tests.serving.server import SOFTMAX, Answer, Server, post, serving, until

GET = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"
POST = f"POST {SOFTMAX} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n".encode()
SMALL = b'{"input": [0, 0]}'
MOST_CONNECTIONS = 12


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    deadlines = dict.fromkeys(("max_head_seconds", "max_stalled_seconds"), 1)
    with serving(**deadlines, max_body_seconds=4, connections=MOST_CONNECTIONS) as made:
        yield made
        assert made.is_well()


def refused(answer: Answer, status: int, says: str) -> bool:
    """Tell whether it is a problem that says so and closes."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (answer.status, answer.json["status"]) == (status, status), answer
    assert says in answer.json["detail"]
    return True


def test_silence_is_closed(server: Server) -> None:
    with server.link() as link:
        assert link.rest() == b""


@pytest.mark.parametrize("sent", [b"GET / HT", GET, b"\r\n", GET + b"\r\n" + b"GET "])
def test_a_head_that_does_not_end(server: Server, sent: bytes) -> None:
    with server.link() as link:
        link.send(sent)
        if b"\r\n\r\n" in sent:
            assert link.answer().status == 200
        assert refused(link.answer(), 408, "the headers did not come within 1 seconds")
        assert link.is_closed()


def test_a_head_that_comes_slowly_and_without_end(server: Server) -> None:
    with server.link() as link:
        link.send(GET)
        # However fast the lines come, the deadline is for all of them.
        for _ in range(60):
            link.send(b"X-A: b\r\n")
        assert refused(link.answer(), 408, "the headers did not come")


@pytest.mark.parametrize(
    "head",
    [
        GET + b"X: " + b"a" * 70_000 + b"\r\n\r\n",
        GET + b"X: " + b"a" * 700_000,
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        GET + b"".join(b"X-%d: %s\r\n" % (i, b"a" * 999) for i in range(80)) + b"\r\n",
    ],
    ids=["a header", "a header without end", "the target", "all together"],
)
def test_a_head_that_is_too_large(server: Server, head: bytes) -> None:
    assert refused(server.ask(head), 431, "more than 65536 bytes")
    with server.link() as link:
        # Each of both parts is less.
        link.send(head[:60_000])
        time.sleep(0.2)
        link.send(head[60_000:])
        assert refused(link.answer(), 431, "more than 65536 bytes")


def test_too_many_headers(server: Server) -> None:
    head = GET + b"".join(b"X-%d: 1\r\n" % i for i in range(20_000)) + b"\r\n"
    assert refused(server.ask(head), 431, "more than 100 headers")
    assert server.ask(GET + b"X: 1\r\n" * 90 + b"\r\n").status == 200


def test_headers_behind_a_body_are_counted_too(server: Server) -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n" + b"X-T: 1\r\n" * 200
    assert refused(server.ask(POST + chunks + b"\r\n"), 431, "more than 100 headers")


def test_a_language_is_obeyed(server: Server) -> None:
    answer = server.ask(GET + b"Accept-Language: zh\r\n" + b"X: 1\r\n" * 200 + b"\r\n")
    assert answer.status == 431
    assert "100" in answer.json["detail"]
    assert "headers" not in answer.json["detail"]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"hello\r\n\r\n",
        POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_not_http(server: Server, sent: bytes) -> None:
    assert refused(server.ask(sent), 400, "not HTTP")


@pytest.mark.parametrize(
    ("hosts", "count"), [(b"", 0), (b"Host: x\r\nHost: x\r\n", 2), (b"host: x\r\nHOST: y\r\n", 2)]
)
def test_a_request_names_one_host(server: Server, hosts: bytes, count: int) -> None:
    answer = server.ask(b"GET /health/live HTTP/1.1\r\n" + hosts + b"\r\n")
    assert refused(answer, 400, f"a request has one Host header, not {count}")


def test_a_request_of_the_first_version_may_name_no_host(server: Server) -> None:
    assert server.ask(b"GET /health/live HTTP/1.0\r\n\r\n").status == 200
    twice = server.ask(b"GET /health/live HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n")
    assert refused(twice, 400, "one Host header, not 2")
    assert server.ask(b"GET /health/live HTTP/1.1\r\nHost:\r\n\r\n").status == 200


@pytest.mark.parametrize(
    "coding", [b"gzip, chunked", b"deflate,chunked", b"gzip\r\nTransfer-Encoding: chunked"]
)
def test_a_body_is_coded_in_chunks_and_in_no_other_way(server: Server, coding: bytes) -> None:
    head = POST + b"Transfer-Encoding: " + coding + b"\r\n\r\n"
    body = b"11\r\n" + SMALL + b"\r\n0\r\n\r\n"
    assert refused(server.ask(head + body), 400, "Transfer-Encoding can be chunked")
    assert server.ask(head.replace(coding, b"Chunked") + body).status == 200


@pytest.mark.parametrize("line", [GET, POST], ids=["GET", "POST"])
def test_a_length_beyond_all_bounds_is_refused_before_a_byte_of_it(
    server: Server, line: bytes
) -> None:
    answer = server.ask(line + b"Content-Length: 1000000000000000\r\n\r\n")
    assert refused(answer, 413, "the body has 1000000000000000 bytes; at most 68157440 can be")


def test_a_body_that_stops(server: Server) -> None:
    with server.link() as link:
        link.send(POST + b"Content-Length: 100\r\n\r\n{")
        assert refused(link.answer(), 408, "no byte of the body came for 1 seconds")
        assert link.is_closed()


def test_a_body_that_comes_too_slowly(server: Server) -> None:
    with server.link() as link:
        link.send(POST + b"Content-Length: 100\r\n\r\n{")
        while not link.has_bytes():
            link.send(b" ")
            time.sleep(0.3)
        assert refused(link.answer(), 408, "the body did not come within 4 seconds")
        assert link.is_closed()


def test_a_body_whose_pieces_are_mostly_framing(server: Server) -> None:
    with server.link() as link:
        link.send(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(40):
            link.send(b"1;" + b"e" * 9_000 + b"\r\n \r\n")
        assert refused(link.answer(), 400, "pieces that are too small")


def test_a_body_in_chunks_of_a_byte_that_come_together(server: Server) -> None:
    body = SMALL + b" " * 5_000
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    answer = server.ask(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")
    assert answer.json["output"] == [0.5, 0.5]


def test_a_body_in_honest_chunks(server: Server) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(c), c) for c in (SMALL[:7], SMALL[7:], b" " * 50_000))
    answer = server.ask(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n")
    assert answer.json["output"] == [0.5, 0.5]


def test_a_large_body_with_the_next_request_right_behind(server: Server) -> None:
    body = b'{"input": [' + b"0, " * 1_000_000 + b"0]}"
    with server.link() as link:
        link.send(post(SOFTMAX, body) + post(SOFTMAX, SMALL) + GET + b"\r\n")
        assert [link.answer().status for _ in range(3)] == [200, 200, 200]


def test_an_answer_before_the_bodys_end_is_read_by_who_still_writes(server: Server) -> None:
    most = 17 * 1024 * 1024  # more than JSON may be, less than a body
    with server.link() as link:
        link.send(POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % most)
        for _ in range(4):
            link.send(b" " * 1_000_000)
        answer = link.answer()
        assert answer.status == 413
        assert link.is_closed()


def test_expect_is_met_only_when_the_body_will_be_read(server: Server) -> None:
    expecting = POST + b"Expect: 100-Continue\r\n"
    with server.link() as link:
        link.send(expecting + b"Content-Length: %d\r\n\r\n" % len(SMALL))
        assert link.line() == b"HTTP/1.1 100 Continue\r\n"
        link.line()
        link.send(SMALL)
        assert link.answer().status == 200
    with server.link() as link:
        link.send(expecting + b"Content-Length: 20000000\r\n\r\n")
        assert link.answer().status == 413
        assert link.is_closed()
    with server.link() as link:
        # A client of HTTP/1.0 does not know of it.
        link.send(expecting.replace(b"1.1", b"1.0") + b"Content-Length: %d\r\n\r\n" % len(SMALL))
        link.send(SMALL)
        assert link.answer().status == 200
    assert refused(server.ask(GET + b"Expect: 200-ok\r\n\r\n"), 417, "100-continue")


def test_requests_in_a_row_are_answered_in_order_and_a_bad_one_last(server: Server) -> None:
    requests = [post(SOFTMAX, b'{"input": [[0, %d]]}' % n) for n in range(5)]
    with server.link() as link:
        link.send(b"".join(requests) + b"nonsense\r\n\r\n")
        first = [link.answer().json["output"][0][1] for _ in range(5)]
        assert first == sorted(first)
        assert len(set(first)) == 5
        assert refused(link.answer(), 400, "not HTTP")
        assert link.is_closed()


def test_too_many_requests_in_a_row(server: Server) -> None:
    with server.link() as link:
        link.send((GET + b"\r\n") * 200)
        answers = [link.answer() for _ in range(17)]
        assert {a.status for a in answers} == {200}
        assert refused(last := link.answer(), 503, "16 requests are waiting")
        assert int(last.headers["retry-after"]) > 0


@pytest.mark.parametrize("number", [1, 5])
def test_who_sends_no_more_is_answered_all_the_same(server: Server, number: int) -> None:
    """As `nc -N` does: the other side is closed as soon as all is sent."""
    with server.link() as link:
        link.send(post(SOFTMAX, SMALL) * number)
        link.socket.shutdown(socket.SHUT_WR)
        assert [link.answer().json["output"] for _ in range(number)] == [[0.5, 0.5]] * number
        assert link.is_closed()


@pytest.mark.parametrize("sent", [GET, POST + b"Content-Length: 20\r\n\r\n{"])
def test_half_a_request_and_no_more(server: Server, sent: bytes) -> None:
    with server.link() as link:
        link.send(sent)
        link.socket.shutdown(socket.SHUT_WR)
        assert refused(link.answer(), 400, "ended too soon")
        assert link.is_closed()


OFFERS = [
    b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
    # Java's client, and `curl --http2`.
    b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n",
    b"Upgrade: TLS/1.0\r\nUpgrade: h2c\r\nConnection: upgrade\r\n",
]


@pytest.mark.parametrize("offer", OFFERS, ids=[str(n) for n in range(len(OFFERS))])
@pytest.mark.parametrize("cut", [None, 1, 30])
def test_an_offer_to_upgrade_is_passed_over(server: Server, offer: bytes, cut: int | None) -> None:
    """In one piece, or in pieces of any length; the connection goes on."""
    body = b'{"input": [1, 2, 3]}'
    post = POST + offer + b"Content-Type: application/json\r\n"
    sent = [
        GET + offer + b"\r\n",
        post + b"Content-Length: %d\r\n\r\n" % len(body) + body,
        post + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n",
        GET + b"\r\n",
    ]
    with server.link() as link:
        for whole in sent if cut else [b"".join(sent)]:
            for start in range(0, len(whole), cut or len(whole)):
                link.send(whole[start : start + (cut or len(whole))])
            answers = [link.answer() for _ in (sent if not cut else [whole])]
            assert [answer.status for answer in answers] == [200] * len(answers)
    with server.link() as link:
        link.send(sent[1])
        assert b'"output"' in link.answer().body


def test_what_is_wrong_beside_an_offer_is_refused_as_always(server: Server) -> None:
    for head in (
        POST + OFFERS[1] + b"Content-Length: 99999999999\r\n\r\n",
        POST + OFFERS[1] + b"Expect: nothing\r\nContent-Length: 2\r\n\r\n{}",
        b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        (GET + OFFERS[0] + b"\r\n") * 40,
    ):
        with server.link() as link:
            link.send(head)
            statuses = re.findall(rb"HTTP/1.1 (\d+)", link.rest())
            assert int(statuses[-1]) in (400, 404, 405, 413, 417, 503)


def test_an_old_client_that_offers_is_still_an_old_one(server: Server) -> None:
    with server.link() as link:
        link.send((GET + OFFERS[0] + b"\r\n").replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert link.answer().status == 200
        assert link.is_closed()


def test_a_reader_that_never_reads_is_cut_off(server: Server) -> None:
    big = post(
        "/api/v1/layers/upsample?format=npy&size=3000,3000", b'{"input": [[[[0, 1], [1, 0]]]]}'
    )
    with server.link() as link:
        link.send(big)
        assert link.line() == b"HTTP/1.1 200 OK\r\n"
        assert until(lambda: not server.connections())
        assert len(link.rest()) < 36_000_000


def test_one_connection_more_than_there_may_be(server: Server) -> None:
    links = [server.link() for _ in range(MOST_CONNECTIONS)]
    try:
        for link in links:
            link.send(GET + b"\r\n")
        assert {link.answer().status for link in links} == {200}
        with server.link() as one_more:
            answer = one_more.answer()
            assert refused(answer, 503, f"there are {MOST_CONNECTIONS} connections already")
            assert int(answer.headers["retry-after"]) > 0
        links[0].send(GET + b"\r\n")
        assert links[0].answer().status == 200
    finally:
        for link in links:
            link.close()


def test_an_answer_to_head_comes_and_the_connection_goes_on(server: Server) -> None:
    with server.link() as link:
        link.send(b"HEAD /static/css/lab.css HTTP/1.1\r\nHost: x\r\n\r\n")
        assert link.answer(head=True).status == 200
        link.send(GET + b"\r\n")
        assert link.answer().status == 200


def test_who_expects_to_go_on_is_told_first(server: Server) -> None:
    with server.link() as link:
        link.send(POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(SMALL))
        assert link.line() == b"HTTP/1.1 100 Continue\r\n"
        assert link.line() == b"\r\n"
        link.send(SMALL)
        assert link.answer().json["output"] == [0.5, 0.5]
