"""An HTTP exchange with no work in it: reads the body, answers as many bytes as are asked for."""

from starlette.types import Receive, Scope, Send


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `?bytes` zeros."""
    if scope["type"] != "http":
        return
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    size = int(scope["query_string"] or 0)
    headers = [(b"content-length", str(size).encode()), (b"content-type", b"application/x-npy")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": bytes(size)})
