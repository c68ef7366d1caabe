"""Work done in its turn, and its answer held to account until it is sent."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.admission.admission import UNCOUNTED
from app.admission.shares import Share
from app.api.answer.parts import PartsResponse
from app.settings import MIB
from app.state import State

_PIECE = 2 * MIB


class _Held(Response):
    """An answer whose bytes are counted among those that the service holds until they are sent."""

    def __init__(self, answer: Response, share: Share) -> None:
        # What Starlette's own beginning would do is done: the answer within has it all.
        self.status_code, self.raw_headers = answer.status_code, answer.raw_headers
        self.background = None
        self._answer, self._share = answer, share

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_wait(message: Message) -> None:
            # Each piece waits until the one before is taken, and others are served meanwhile.
            left = memoryview(message.get("body", b""))
            while len(left):
                piece, left = left[:_PIECE], left[_PIECE:]
                await send({"type": message["type"], "body": piece, "more_body": True})
            if not (message.get("body") and message.get("more_body")):
                await send({**message, "body": b""} if "body" in message else message)

        try:
            await self._answer(scope, receive, send_and_wait)
        finally:
            self._share.release()


def _size(answer: Response) -> int:
    return answer.size if isinstance(answer, PartsResponse) else len(answer.body)


def _held(answer: Response, share: Share | None) -> Response:
    return answer if share is None else _Held(answer, share)


async def at_once(state: State, answer: Response) -> Response:
    """Return the answer to small work that is done, counted if it is large all the same."""
    size = _size(answer)
    return answer if size <= UNCOUNTED else _held(answer, await state.admission.for_answer(size))


async def in_turn(
    state: State,
    work: Callable[[], Response],
    receive: Receive,
    size: int = 0,
    *,
    asks_sent: bool = False,
) -> Response:
    """Do work in a thread when its turn comes.

    Args:
        state: for who may work.
        work: what is done.
        receive: of the request whose body was read.
        size: bytes that the work is known to need.
        asks_sent: it waits for the process of a model that somebody sent.

    Raises:
        Busy: its turn did not come, or it took too long.
    """
    return _held(*await state.admission.do(work, receive, _size, size, asks_sent=asks_sent))
