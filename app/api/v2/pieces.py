"""What every part of a request to `/v2` is made of: objects with names, parameters, lists."""

from collections.abc import Collection, Mapping
from typing import Any

from app.api.request.said import check_names
from app.problems import Fault, Invalid, Loc, Problem

MOST_TENSORS = 64
_CONTENT, _HEADERS = "content_type", "headers"
# How MLServer's clients say that they pack numbers: as arrays, or as columns of a table.
PACKED = ("np", "pd")
# What Triton's clients say of queues and of requests that belong together; no answer depends on it.
_HINTS = frozenset({"priority", "timeout", "sequence_id", "sequence_start", "sequence_end"})
_RESERVED, _SHARED = "triton_", "shared_memory_"


def placed(problem: Problem, places: Mapping[str, Loc]) -> Problem:
    """Return a problem with every fault where the request says what it is about.

    Args:
        problem: whose places begin with a name.
        places: by name, of at most 80 characters as in a fault.
    """
    faults = ((f, places.get(str(f.loc[0]), f.loc[:1]) if f.loc else ()) for f in problem.faults)
    problem.faults = tuple(Fault((*place, *f.loc[1:]), f.message) for f, place in faults)
    return problem


def known(said: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return what is said without what is null, every name being one of those."""
    check_names(said, names)
    return {name: value for name, value in said.items() if value is not None}


def parameters_of(said: Mapping[str, Any], at: Loc) -> dict[str, Any]:
    """Return the parameters that stand in what is said."""
    given = said.get("parameters", {})
    if not isinstance(given, dict):
        raise Invalid("must be an object of names and values", loc=at)
    return {name: value for name, value in given.items() if value is not None}


def take_hints(given: dict[str, Any]) -> None:
    """Take out what a request says besides that is not for the model."""
    for name in [*given]:
        if name in _HINTS or name.startswith(_RESERVED):
            del given[name]


def check_own(given: dict[str, Any], names: Collection[str], at: Loc) -> None:
    """Refuse parameters of a tensor that are none of those.

    Raises:
        Invalid: a fault for each; shared memory is said to be none of what is offered here.
    """
    for name in given:
        if name.startswith(_SHARED):
            raise Invalid(
                "shared memory is not offered here; numbers are sent and come back in the body",
                loc=(*at, name[:80]),
            )
    try:
        check_names(given, names)
    except Invalid as problem:
        raise problem.at(*at) from None


def take_content(given: dict[str, Any], at: Loc) -> None:
    """Take out what MLServer's clients say of a tensor beside its type."""
    given.pop(_HEADERS, None)
    if given.pop(_CONTENT, PACKED[0]) not in PACKED:
        raise Invalid("content_type can only be 'np' or 'pd', for numbers", loc=(*at, _CONTENT))


def truth(value: object, at: Loc) -> bool:
    """Return a value that can only be true or false."""
    if not isinstance(value, bool):
        raise Invalid("must be true or false", loc=at)
    return value


def listed(value: object, name: str) -> list[dict[str, Any]]:
    """Return a list of objects, each with a name."""
    if not isinstance(value, list) or len(value) > MOST_TENSORS:
        raise Invalid(
            "{name} must be a list of at most {most} tensors",
            loc=(name,),
            name=name,
            most=MOST_TENSORS,
        )
    for number, one in enumerate(value):
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            raise Invalid("must be an object with the name of a tensor", loc=(name, number))
    return value
