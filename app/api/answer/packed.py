"""Pages and the texts beside them, compressed for the browsers that take it.

On a line of 5 Mbit/s a page's scripts are what its reader waits for. Tensors are left as they are:
numbers hardly become fewer bytes.
"""

import gzip
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import Response

from app.api.answer.files import PartOrWhole
from app.api.request.accept import by_quality

_TEXTS = {".css", ".js", ".json", ".map", ".svg"}
_KEPT = ("content-type", "last-modified", "vary")
# Of a page, at each request; a file is packed once, as small as it gets.
_QUICK, _SMALL = 6, 9


def packed(answer: Response, asked: Headers) -> Response:
    """Return an answer that is all there, its body compressed where that is taken."""
    answer.headers.add_vary_header("Accept-Encoding")
    if _is_taken(asked):
        answer.body = gzip.compress(bytes(answer.body), _QUICK, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(answer.body))
    return answer


async def packed_file(answer: Response, path: str, asked: Headers) -> Response:
    """Return a whole text compressed where that is taken; else what was to be answered.

    Its tag is a weak one: of the same file, and not the same bytes.
    """
    if Path(path).suffix not in _TEXTS:
        return answer
    answer.headers.add_vary_header("Accept-Encoding")
    if "range" in asked or not _is_taken(asked):
        return answer
    if answer.status_code == HTTPStatus.NOT_MODIFIED:  # of what is kept, which was compressed
        answer.headers["ETag"] = f"W/{answer.headers['etag']}"
    if not isinstance(answer, PartOrWhole):
        return answer
    changed = answer.stat_result.st_mtime_ns if answer.stat_result else 0
    body = await anyio.to_thread.run_sync(_packed, str(answer.path), changed)
    told = {name: answer.headers[name] for name in _KEPT} | {"Content-Encoding": "gzip"}
    return Response(body, headers=told | {"ETag": f"W/{answer.headers['etag']}"})


def _is_taken(asked: Headers) -> bool:
    """Tell whether gzip is taken, and not liked less than the text as it is."""
    liked = by_quality(asked.get("accept-encoding", ""))
    return "gzip" in liked and "identity" not in liked[: liked.index("gzip")]


@lru_cache(256)
def _packed(path: str, changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), _SMALL, mtime=0)
