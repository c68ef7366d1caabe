"""What a connection is told when no route is reached: a problem as the bytes of a whole answer."""

import http
from collections.abc import Sequence

from app.errors import problem_response
from app.headers import RAW
from app.observe.requests import tell_unrouted
from app.observe.seen import request_id
from app.problems import Problem


def last_answer(
    problem: Problem, headers: Sequence[tuple[bytes, bytes]], target: bytes = b""
) -> bytes:
    """Return the answer after which the connection is closed.

    Args:
        problem: what is wrong.
        headers: what came of the request's, names in lower case; they may name a language.
        target: what came of the request's address.
    """
    languages = (value.decode("latin-1") for name, value in headers if name == b"accept-language")
    path = target.partition(b"?")[0].decode("latin-1")
    response = problem_response(problem, next(languages, None), path)
    asked = request_id(headers)
    tell_unrouted(problem, asked, len(response.body))
    lines = [f"HTTP/1.1 {problem.status} {http.HTTPStatus(problem.status).phrase}".encode()]
    lines += [
        name + b": " + value
        for name, value in (
            *response.raw_headers,
            *RAW,
            (b"x-request-id", asked.encode()),
            (b"connection", b"close"),
        )
    ]
    return b"\r\n".join([*lines, b"", bytes(response.body)])
