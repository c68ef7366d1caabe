"""A request that is weighed before it is done: small work at once, the rest in its turn."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.admission.places import MEDIUM
from app.admission.room import NeedsMore, Room, need_in_all, working_in
from app.api.request.body import JSON, NPY, SMALL_BODY, SentHeaders, media_type, reading
from app.api.turns import at_once, in_turn
from app.state import State

# So much text is read in no time.
SMALL_TEXT = 128 * 1024
_SMALL_QUERY = 2048
# Bytes of memory for one of a long body: its numbers, what is made of them, and that as text. With
# less, it is read again for each step of more, and of very many nobody would ever be done.
_TEXT_ROOM = 16
SMALL_EFFORT, _LONG_EFFORT = 20_000_000, 500_000_000


class Job(NamedTuple):
    """Work that has been weighed.

    Attributes:
        work: what is done.
        effort: how long it takes, roughly, in billionths of a second.
        size: bytes of memory that it takes.
        may_leave: it may be done by another device than the processor.
    """

    work: Callable[[], Response]
    effort: int
    size: int
    may_leave: bool = False

    @property
    def room(self) -> int:
        """Return the bytes to let it in with; what takes long is heavy whatever its size."""
        return max(self.size, MEDIUM + 1) if self.effort > _LONG_EFFORT else self.size


Weigh: TypeAlias = Callable[[State, str, bytes, Headers, str], Job]
"""What is to be done for (state, name in the address, body, headers, query)."""


# By media type; a picture never is.
_QUICK = {JSON: SMALL_TEXT, NPY: SMALL_BODY}


def is_quick(headers: Headers, size: int) -> bool:
    """Tell whether a body of so many bytes is read in no time."""
    return size < _QUICK.get(media_type(headers), 0)


def _in_little_room(weigh: Callable[[], Job]) -> Job | None:
    """Weigh work; None where what its tensors are made into is large: nobody counts that here."""
    try:
        with working_in(Room(SMALL_BODY)):
            return weigh()
    except NeedsMore:
        return None


class Endpoint:
    """Reads the body, weighs the work, does it and answers; `errors.py` writes the problems.

    Args:
        weigh: what is to be done.
        named: the part of the address that holds a name.
        is_quick: whether a body of so many bytes is read in no time.
    """

    def __init__(
        self,
        weigh: Weigh,
        named: str = "layer",
        is_quick: Callable[[Headers, int], bool] = is_quick,
    ) -> None:
        self._weigh, self._named, self._is_quick = weigh, named, is_quick

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state: State = scope["app"].state.lab
        headers, query = SentHeaders(scope), scope["query_string"].decode("latin-1")
        name = scope["path_params"].get(self._named, "")
        sent = state.uploads.may_be(name)
        async with reading(receive, headers, state.limits, state.admission) as body:

            def weigh() -> Job:
                return self._weigh(state, name, body, headers, query)

            def work() -> Response:
                job = weigh()
                need_in_all(job.room)
                return job.work()

            job = None
            if len(query) < _SMALL_QUERY and self._is_quick(headers, len(body)):
                job = weigh() if len(body) < SMALL_TEXT else _in_little_room(weigh)
            if job is None:
                is_text = media_type(headers) == JSON
                room = _TEXT_ROOM * len(body) if is_text else 0
                response = await in_turn(state, work, receive, room, asks_sent=sent)
            elif job.effort < SMALL_EFFORT and not job.may_leave:
                response = await at_once(state, job.work())
            else:
                response = await in_turn(state, job.work, receive, job.room, asks_sent=sent)
        await response(scope, receive, send)
