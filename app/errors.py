"""Problems become answers: RFC 9457, in the reader's language, never a trace, never the input.

Below `/v2` they have the form that clients of model servers read: `{"error": "..."}`. What is said
before anybody knows what was asked for is read by both.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.i18n import catalog, choose
from app.observe.seen import note_refusal, seen_in
from app.problems import (
    Busy,
    Fault,
    Invalid,
    Listed,
    Message,
    NotAllowed,
    NotFound,
    Problem,
    SwitchedOff,
    TooLarge,
    Translate,
    Unreadable,
    UnsupportedMedia,
    message,
)

MEDIA_TYPE = "application/problem+json"
_V2, _GET = "/v2", "GET"
_SMALL = 1e-30
_TYPES = "https://layerlab.example/problems/"
_log = logging.getLogger("layerlab")

_SENTENCES = {
    404: (NotFound, message("nothing is at this address")),
    405: (NotAllowed, message("this address does not answer that method")),
    413: (TooLarge, message("the body is too large")),
    415: (UnsupportedMedia, message("this media type is not read here")),
}
# Its clients ask for much that some servers have.
_NOT_IN_V2 = message(
    "nothing is at this address; GET /v2 lists the extensions of the protocol that are offered here"
)


class Failure(Problem):
    """Our own fault; the sentence says no more than that."""


def problem_response(problem: Problem, accept_language: str | None, path: str) -> Response:
    """Return the answer for a problem, in the language that the client prefers.

    Args:
        problem: what is wrong.
        accept_language: the header.
        path: that was asked for; the form of the answer depends on it. Empty where none came.
    """
    found = catalog(choose(accept_language))
    say, headers = found.gettext, _headers(problem, found.language)
    if _is_v2(path):
        told = orjson.dumps({"error": _in_one(problem, say)})
        return Response(told, problem.status, headers, "application/json")
    body: dict[str, object] = {
        "type": _TYPES + problem.slug,
        "title": say(problem.title),
        "status": problem.status,
        "detail": _clean(problem.message.say(say)),
    }
    if problem.faults:
        body["errors"] = [
            {"loc": list(fault.loc), "msg": _clean(fault.message.say(say))}
            for fault in problem.faults
        ]
    if not path:
        body["error"] = _in_one(problem, say)
    body |= problem.members
    return Response(orjson.dumps(body), problem.status, headers, MEDIA_TYPE)


def _is_v2(path: str) -> bool:
    return path == _V2 or path.startswith(f"{_V2}/")


def _in_one(problem: Problem, say: Translate) -> str:
    """Return all that is wrong as one text, each sentence behind its place."""
    if not problem.faults:
        return _clean(problem.message.say(say))
    return _clean("; ".join(_behind_its_place(fault, say) for fault in problem.faults))


def _behind_its_place(fault: Fault, say: Translate) -> str:
    """Return a sentence behind its place, without the name with which the sentence begins."""
    said, loc = fault.message.say(say), fault.loc
    place = loc[:-1] if loc and said.startswith(f"{loc[-1]} ") else loc
    return f"{'.'.join(map(str, place))}: {said}" if place else said


def _headers(problem: Problem, language: str) -> dict[str, str]:
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    if isinstance(problem, Busy):
        headers["Retry-After"] = str(problem.retry_after_s)
    if isinstance(problem, SwitchedOff):
        headers["Allow"] = problem.others
    return headers


def _answer(problem: Problem, request: Request) -> Response:
    note_refusal(request.scope, problem.slug)
    language = request.headers.get("accept-language")
    return problem_response(problem, language, request.scope["path"])


def _clean(text: str) -> str:
    """Return text that is valid Unicode, whatever a client's name of a field held."""
    return text.encode("utf-8", "replace").decode()


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _answer(error, request)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind, said = _SENTENCES.get(
        error.status_code, (Unreadable, message("this request cannot be read"))
    )
    if kind is NotFound and _is_v2(request.scope["path"]):
        said = _NOT_IN_V2
    response = _answer(kind(said.template), request)
    response.headers.update(error.headers or {})
    if response.headers.get("Allow") == _GET:  # HEAD has a route of its own there
        response.headers["Allow"] = f"{_GET}, HEAD"
    return response


def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [fault_of(item) for item in error.errors()]
    faults = [
        Fault(f.loc[1:] if f.loc[:1] in (("query",), ("path",)) else f.loc, f.message)
        for f in faults
    ]
    return _answer(Invalid.of(faults), request)


def unexpected(request: Request, error: Exception) -> Response:
    """Log an error that is our own mistake, and return what is said of it."""
    seen = seen_in(request.scope)
    extra = {"request_id": seen.id if seen else None}
    _log.error("unexpected error", exc_info=error, extra=extra)
    return _answer(Failure("this is our mistake, not yours; it has been logged"), request)


def answer(request: Request, error: Exception) -> Response:
    """Return the problem that an error is: ours, or the framework's."""
    return (_problem if isinstance(error, Problem) else _http)(request, error)


def install(app: FastAPI) -> None:
    """Give the application these answers in place of the framework's own."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(Exception, unexpected)


def fault_of(error: Mapping[str, object]) -> Fault:
    """Turn one pydantic error into a sentence of ours; its input is never repeated."""
    context = error.get("ctx")
    values = dict(context) if isinstance(context, dict) else {}
    kind, loc = str(error["type"]), _loc(error.get("loc", ()))
    if kind == "layerlab":
        at = values.pop("at", None)
        loc = (*loc, str(at)) if at else loc
        return Fault(loc, Message(str(values.pop("template")), values))
    said = _KINDS.get(kind)
    return Fault(loc, said(values) if said else message("this value cannot be used here"))


def _loc(loc: object) -> tuple[str | int, ...]:
    return (
        tuple(part for part in loc if isinstance(part, str | int))
        if isinstance(loc, Sequence)
        else ()
    )


def _at_least(least: object) -> Message:
    """Say a lower bound; the smallest normal float32 stands for zero, which it excludes."""
    if isinstance(least, float) and 0 < least < _SMALL:
        return message("must be above 0")
    return message("must be at least {ge}", ge=least)


_KINDS: dict[str, Callable[[dict[str, object]], Message]] = {
    "greater_than_equal": lambda v: _at_least(v["ge"]),
    "less_than_equal": lambda v: message("must be at most {le}", le=v["le"]),
    "int_type": lambda _: message("must be a whole number"),
    "int_parsing": lambda _: message("must be a whole number"),
    "int_parsing_size": lambda _: message("is too large for a whole number here"),
    "int_from_float": lambda _: message("must be a whole number"),
    "float_type": lambda _: message("must be a number"),
    "float_parsing": lambda _: message("must be a number"),
    "finite_number": lambda _: message("must be a finite number"),
    "bool_type": lambda _: message("must be true or false"),
    "bool_parsing": lambda _: message("must be true or false"),
    "string_type": lambda _: message("must be text"),
    # pydantic quotes them, and joins the last two by an English word.
    "literal_error": lambda v: message(
        "must be one of {expected}",
        expected=Listed(one.strip("'") for one in re.split(" or |, ", str(v["expected"]))),
    ),
    "missing": lambda _: message("must be there"),
}


def invalid_from(errors: Sequence[Mapping[str, object]]) -> Problem:
    """Join pydantic's errors into one problem."""
    return Invalid.of([fault_of(e) for e in errors])
