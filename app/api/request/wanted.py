"""What a client wants of the answer: its form, how much of it, what beside it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from starlette.datastructures import Headers

from app.api.request.accept import LONGEST_ACCEPT, choose_format
from app.api.request.said import check_names
from app.problems import Invalid
from app.runtime.devices import AUTO
from app.tensors.pictures import check_look


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of a request, judged.

    Attributes:
        form: `json`, `npy`, `png` or `safetensors`.
        device: where to run.
        refs: hold the input and the outputs and name them.
        numbers: write the tensors into a JSON answer.
        fields: the only names that a JSON answer shall have, None for all.
        code: write the same call as programs.
        check: compare the output with the layer's NumPy form.
        colormap: for a picture.
        scale: for a picture.
    """

    form: str
    device: str
    refs: bool
    numbers: bool
    fields: frozenset[str] | None
    code: bool
    check: bool
    colormap: Any
    scale: Any

    def tells(self, name: str) -> bool:
        """Tell whether a fact is wanted."""
        return self.fields is None or name in self.fields

    def make(self, facts: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
        """Return the facts that were asked for, and make no others."""
        wanted = facts if self.fields is None else self.fields
        return {name: made() for name, made in facts.items() if name in wanted}

    def pick(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Return the facts that were asked for."""
        if self.fields is None:
            return facts
        return {name: value for name, value in facts.items() if name in self.fields}

    def has(self, name: str) -> bool:
        """Tell whether a tensor is to be written."""
        return self.numbers and (self.fields is None or name in self.fields)


def wanted(
    options: Mapping[str, Any], headers: Headers, names: Callable[[], frozenset[str]]
) -> Wanted:
    """Judge the options.

    Args:
        options: as they were said.
        headers: for Accept.
        names: tells what a JSON answer of this route can have.

    Raises:
        Invalid: one that cannot be.
        NotAcceptable: no form of answer is accepted.
    """
    accept = headers.get("accept")
    return (
        _judged(options, accept, names)
        if options
        else _with_nothing_said(accept and accept[:LONGEST_ACCEPT])
    )


@lru_cache(64)
def _with_nothing_said(accept: str | None) -> Wanted:
    return _judged({}, accept, frozenset)


def _judged(
    options: Mapping[str, Any], accept: str | None, names: Callable[[], frozenset[str]]
) -> Wanted:
    output = options.get("output")
    if output not in (None, "ref"):
        raise Invalid("output can only be 'ref', to leave the numbers out", loc=("output",))
    check_look(options.get("colormap"), options.get("scale"))
    return Wanted(
        choose_format(options.get("format"), accept),
        options.get("device") or AUTO,
        switch(options, "refs") or output == "ref",
        output is None,
        _fields(options.get("fields"), names),
        switch(options, "code"),
        switch(options, "check"),
        options.get("colormap"),
        options.get("scale"),
    )


def switch(options: Mapping[str, Any], name: str) -> bool:
    """Return what is on or off, off where nothing is said.

    Raises:
        Invalid: neither true or 1, nor false or 0.
    """
    value = options.get(name)
    if value is not None and value not in (True, False):
        raise Invalid("must be true or false", loc=(name,))
    return bool(value)


def _fields(value: Any, names: Callable[[], frozenset[str]]) -> frozenset[str] | None:
    if value is None:
        return None
    listed = [name.strip() for name in value.split(",")] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all([isinstance(name, str) for name in listed]):
        listed = []
    found = frozenset(listed)
    if not found or "" in found:
        raise Invalid(
            "fields must be names of the answer's parts, as output,shape", loc=("fields",)
        )
    if not found <= names():
        _check_parts(listed, names())
    return found


def _check_parts(listed: list[str], names: Collection[str]) -> None:
    """Refuse the names of parts that no answer here has, each with the nearest that it can have."""
    try:
        check_names(listed, names)
    except Invalid as problem:
        raise problem.at("fields") from None
