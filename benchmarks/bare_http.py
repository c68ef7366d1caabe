"""An HTTP exchange with no work in it: reads the body, answers as many bytes as are asked for."""

import os
from functools import lru_cache

from starlette.types import Receive, Scope, Send

# Held, so that making them costs nothing; no zeros, since the kernel keeps one page of these for
# all, and sending it is cheaper than sending any answer.
_answer = lru_cache(os.urandom)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `?bytes` bytes."""
    if scope["type"] != "http":
        return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    size = int(scope["query_string"] or 0)
    headers = [(b"content-length", str(size).encode()), (b"content-type", b"application/x-npy")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _answer(size)})
