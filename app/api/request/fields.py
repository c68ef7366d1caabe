"""What a request says, whatever form it came in: named values and named tensors, not yet judged."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers

from app.admission.room import need
from app.api.request.body import JSON, NPY, media_type
from app.api.request.coding import check_plain
from app.api.request.form import Part, read_multipart, read_urlencoded
from app.api.request.texts import part_value, read_whole
from app.problems import Invalid, Problem, Unreadable, UnsupportedMedia
from app.settings import Limits
from app.tensors.images import HowToDecode, decoding, read_image
from app.tensors.long_lists import BLANKS
from app.tensors.nested import read_nested
from app.tensors.npy import MAGIC, read_npy
from app.tensors.received import Received
from app.tensors.signatures import check_begins
from app.tensors.store import TensorStore

MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"
_BESIDE = ("mode", "size")
_OPENING, _LOOKED_AT = (b"{", b"["), 64


@dataclass(slots=True)
class Fields:
    """Values by name, and tensors still in the form they came in.

    Attributes:
        values: parsed JSON values.
        files: bytes of parts or of the whole body, by the tensor's name.
        filenames: what those parts say that they are called.
        decoding: what stands beside a picture, by tensor and option.
        unread: what reads a tensor that came in another form, by its name.
        kind: the media type of a body that is one file.
    """

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    filenames: dict[str, str] = field(default_factory=dict)
    decoding: dict[tuple[str, str], str] = field(default_factory=dict)
    unread: dict[str, Callable[[Limits], Received]] = field(default_factory=dict)
    kind: str = ""

    def add(self, name: str, value: Any) -> None:
        """Add a value; a name that comes twice is an error."""
        self._check_new(name)
        self.values[name] = value

    def add_file(self, name: str, data: bytes) -> None:
        """Add a file; a name that comes twice is an error."""
        self._check_new(name)
        self.files[name] = data

    def add_unread(self, name: str, read: Callable[[Limits], Received]) -> None:
        """Add a tensor by what reads it; a name that comes twice is an error."""
        self._check_new(name)
        self.unread[name] = read

    def add_decoding(self, owner: str, option: str, text: str) -> None:
        """Add what stands beside a picture; what comes twice is an error."""
        if (owner, option) in self.decoding:
            raise given_twice(f"{owner}.{option}")
        self.decoding[owner, option] = text

    def file_names(self) -> set[str]:
        """Return the names that files came under, or what tells how to decode one."""
        return {*self.files, *(owner for owner, _ in self.decoding)}

    def _check_new(self, name: str) -> None:
        if name in self.values or name in self.files or name in self.unread:
            raise given_twice(name)


def given_twice(name: str) -> Invalid:
    """Return the problem of a name that comes again."""
    return Invalid("'{name}' is given twice", loc=(name[:80],), name=name[:80])


def read_fields(body: bytes, headers: Headers, query: str, limits: Limits) -> Fields:
    """Return what the body and the query say.

    Raises:
        Unreadable: the body is not what its Content-Type says.
        UnsupportedMedia: a media type that is not read here, or a compressed body.
    """
    fields, kind = Fields(), media_type(headers)
    check_plain(headers)
    if kind == JSON or (kind == "" and body[:1] == b"{"):
        fields.values.update(_object(body, limits))
    elif kind == MULTIPART:
        need(2 * len(body), len(body))
        _add_parts(fields, read_multipart(body, headers["content-type"], limits), limits)
    elif kind == NPY or kind.startswith("image/"):
        fields.files["input"], fields.kind = body, kind
    elif kind == URLENCODED or not body:
        _check_no_json(kind, body)
        _add_parts(fields, read_urlencoded(body, limits), limits)
    else:
        raise UnsupportedMedia(
            "the body is '{kind}'; what can be read here: application/json, multipart/form-data, "
            "application/x-npy, image/*",
            kind=kind[:80],
        )
    if query:
        _add_parts(fields, read_urlencoded(query, limits), limits)
    return fields


def _check_no_json(kind: str, body: bytes) -> None:
    """Refuse JSON that is said to be a form: many programs say so of all that they send."""
    if body[:_LOOKED_AT].lstrip(BLANKS)[:1] in _OPENING:
        raise UnsupportedMedia(
            "the body looks like JSON, but its Content-Type is '{kind}'; send it with "
            "Content-Type: application/json",
            kind=kind,
        )


def _object(body: bytes, limits: Limits) -> dict[str, Any]:
    value = read_whole(body, "body", limits)
    if not isinstance(value, dict):
        raise Unreadable("the body must be a JSON object with the tensors and parameters by name")
    return value


def _add_parts(fields: Fields, parts: Iterable[Part], limits: Limits) -> None:
    for part in parts:
        owner, dot, option = part.name.rpartition(".")
        if part.is_file:
            fields.add_file(part.name, part.data)
            fields.filenames[part.name] = part.filename
        elif dot and option in _BESIDE:
            fields.add_decoding(owner, option, part.data.decode("utf-8", "replace"))
        else:
            fields.add(part.name, part_value(part, limits))


def take_tensors(
    fields: Fields,
    names: Iterable[str],
    limits: Limits,
    store: TensorStore,
    how: HowToDecode | None = None,
) -> dict[str, Received]:
    """Take the tensors out of the fields and read them; pictures as `how` says, if it says.

    Raises:
        Problem: with the tensor's name as its place.
    """
    found: dict[str, Received] = {}
    for name in names:
        try:
            one = _take(fields, name, limits, store, how)
        except Problem as problem:
            raise problem.at(name) from None
        if one is not None:
            found[name] = one
    return found


def _take(
    fields: Fields, name: str, limits: Limits, store: TensorStore, how: HowToDecode | None
) -> Received | None:
    if name in fields.files:
        data = fields.files.pop(name)
        check_begins(fields.kind, data)
        return read_file(data, _options(fields, name), limits, how)
    if name in fields.unread:
        return fields.unread.pop(name)(limits)
    value = fields.values.pop(name, None)
    return None if value is None else _read_value(value, limits, store)


def read_file(
    data: bytes, beside: Mapping[str, str], limits: Limits, how: HowToDecode | None = None
) -> Received:
    """Read an .npy or a picture; which one, its first bytes say."""
    if data[: len(MAGIC)] == MAGIC:
        if beside:
            option = next(iter(beside))
            raise Invalid(
                "'{option}' is for pictures; this is an .npy", loc=(option,), option=option
            )
        return read_npy(data, limits)
    return read_image(data, how or decoding(beside.get("mode"), beside.get("size")), limits)


def _options(fields: Fields, name: str) -> dict[str, str]:
    return {o: fields.decoding.pop((name, o)) for o in _BESIDE if (name, o) in fields.decoding}


def _read_value(value: Any, limits: Limits, store: TensorStore) -> Received:
    if isinstance(value, dict) and set(value) == {"ref"}:
        ref = value["ref"] if isinstance(value["ref"], str) else ""
        return Received(store.get(ref), ref=ref)
    if isinstance(value, str):
        raise Invalid("a tensor is a list, an object, a file or ref:..., not text")
    return read_nested(value, limits)
