"""What a request to `/v2` says of the outputs."""

from dataclasses import dataclass

from app.api.v2.pieces import check_own, known, listed, parameters_of, take_content, truth
from app.problems import Invalid

_BINARY, _CLASSES = "binary_data", "classification"


@dataclass(frozen=True, slots=True)
class Output:
    """An output that is asked for.

    Attributes:
        name: of it.
        binary: its numbers come as bytes.
        classes: how many of the highest values to name instead; 0 for the tensor itself.
    """

    name: str
    binary: bool
    classes: int = 0


def read_outputs(value: object, binary: bool) -> tuple[Output, ...] | None:
    """Return the outputs that are asked for; an empty list asks for all, as none does."""
    found: dict[str, Output] = {}
    for number, one in enumerate(listed(value, "outputs") if value is not None else ()):
        at = ("outputs", number)
        try:
            one = known(one, ("name", "parameters"))
        except Invalid as problem:
            raise problem.at(*at) from None
        given = parameters_of(one, (*at, "parameters"))
        take_content(given, (*at, "parameters"))
        check_own(given, (_BINARY, _CLASSES), (*at, "parameters"))
        classes = given.get(_CLASSES, 0)
        if type(classes) is not int or classes < 0:
            raise Invalid("must be a whole number from 0", loc=(*at, "parameters", _CLASSES))
        name = one["name"]
        if name in found:
            raise Invalid("'{name}' is given twice", loc=at, name=name[:80])
        as_bytes = truth(given.get(_BINARY, binary), (*at, "parameters", _BINARY))
        found[name] = Output(name, as_bytes, classes)
    return tuple(found.values()) or None
