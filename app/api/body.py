"""The body of a request, read under a limit."""

from starlette.datastructures import Headers
from starlette.types import Receive

from app.problems import TooLarge, Unreadable
from app.settings import Limits

JSON = "application/json"


def media_type(headers: Headers) -> str:
    """Return the bare media type of the body, in lower case."""
    return headers.get("content-type", "").split(";")[0].strip().lower()


async def read_body(receive: Receive, headers: Headers, limits: Limits) -> bytes:
    """Return the whole body.

    Raises:
        TooLarge: more bytes than the limit for this media type, said or sent.
        Unreadable: the client went away.
    """
    is_json = media_type(headers) == JSON
    most = limits.json_bytes if is_json else limits.body_bytes
    _check_length(headers.get("content-length"), most)
    chunks, total = [], 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Unreadable("the body ended too soon")
        chunk = event.get("body", b"")
        total += len(chunk)
        if total > most:
            raise TooLarge("the body has more than {most} bytes", most=most)
        chunks.append(chunk)
        if not event.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _check_length(said: str | None, most: int) -> None:
    if said is not None and said.isdecimal() and (len(said) > 19 or int(said) > most):
        raise TooLarge(
            "the body has {said} bytes; at most {most} can be", said=said[:40], most=most
        )
