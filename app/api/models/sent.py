"""`POST /api/v1/models`: what comes with a model, understood."""

import codecs
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.api.request.fields import Fields
from app.api.request.form import Part
from app.api.request.texts import part_value
from app.layers.base import Shape
from app.problems import Invalid, message
from app.settings import Limits
from app.uploads.sent import Sent

MODEL = "model"
_LABELS = "labels"
OPTIONS = ("title", "size", "mean", "std", _LABELS)
FILES = (MODEL, _LABELS)
_LONGEST_TITLE, _LONGEST_LABEL = 120, 200
_MOST_LABELS = 100_000
_MOST_CHANNELS = 64
_FARTHEST = 1_000_000
_LARGEST = 4096
_SUFFIX = ".onnx"
_NO_TITLE = message("Your network").template


def read_sent(fields: Fields, limits: Limits) -> Sent:
    """Return a model and what is said of it.

    Raises:
        Invalid: it is missing, or a field that cannot be.
    """
    if MODEL not in fields.files:
        raise Invalid(
            "the ONNX file is missing; send it as the part '{name}' of a form",
            loc=(MODEL,),
            name=MODEL,
        )
    values = fields.values
    mean = _numbers("mean", values.get("mean", 0.0))
    std = _numbers("std", values.get("std", 1.0))
    if np.any(std <= 0):
        raise Invalid("std must be above 0", loc=("std",))
    title = values.get("title", "")
    if not isinstance(title, str) or len(title) > _LONGEST_TITLE:
        raise Invalid(
            "title must be text of at most {most} characters", loc=("title",), most=_LONGEST_TITLE
        )
    title = title.strip() or _titled(fields.filenames.get(MODEL, ""))
    return Sent(
        {"title": title, **_line(mean, std)},
        _labels(_said_of_labels(fields, limits)),
        _size(values.get("size")),
        {},
        fields.files[MODEL],
    )


def _titled(filename: str) -> str:
    """Return what a file is called, without folders, what it ends in, and signs that show nothing.

    Its name may be anything, so it is cut; whoever shows it escapes it.
    """
    name = re.split(r"[/\\]", filename)[-1]
    plain = "".join(c for c in name if c.isprintable()).strip()
    cut = plain[: -len(_SUFFIX)] if plain.lower().endswith(_SUFFIX) else plain
    return cut.strip()[:_LONGEST_TITLE] or _NO_TITLE


def _line(mean: Any, std: Any) -> dict[str, Any]:
    """Return by which two numbers 0 to 1, as pictures come, becomes what the network takes.

    Raises:
        Invalid: they, or what white becomes, are too large for float32.
    """
    if np.size(mean) != np.size(std) and 1 not in (np.size(mean), np.size(std)):
        raise Invalid(
            "mean has {means} numbers and std {stds}; both need one for each channel",
            loc=("std",),
            means=np.size(mean),
            stds=np.size(std),
        )
    with np.errstate(all="ignore"):
        scale, offset = 1 / std, -mean / std
        ends = [np.asarray(one, np.float32) for one in (scale, offset, scale + offset)]
    if not all(np.isfinite(one).all() for one in ends):
        raise Invalid("1/std and mean/std are too large for float32", loc=("std",))
    # Of a mean of 0 no −0 is left.
    return {"scale": scale.tolist(), "offset": (offset + 0.0).tolist()}


def _numbers(name: str, value: object) -> Any:
    listed = value if isinstance(value, list) else [value]
    good = all(isinstance(n, int | float) and not isinstance(n, bool) for n in listed)
    if not good or not 1 <= len(listed) <= _MOST_CHANNELS:
        raise Invalid("{name} must be a number, or one for each channel", loc=(name,), name=name)
    found = np.array(listed, np.float64)
    if not (np.abs(found) <= _FARTHEST).all():
        raise Invalid(
            "{name} must lie between −{most} and {most}", loc=(name,), name=name, most=_FARTHEST
        )
    return found if isinstance(value, list) else found[0]


def _said_of_labels(fields: Fields, limits: Limits) -> object:
    """Return what labels are: a value, or what a file says, as a value would."""
    if _LABELS not in fields.files:
        return fields.values.get(_LABELS)
    data = fields.files[_LABELS].removeprefix(codecs.BOM_UTF8)
    return part_value(Part(_LABELS, data, False), limits)


def _labels(value: object) -> Sequence[str]:
    if value is None:
        return []
    listed = value.splitlines() if isinstance(value, str) else value
    if not isinstance(listed, list) or len(listed) > _MOST_LABELS:
        raise Invalid("labels must be a list of names, or a line for each", loc=(_LABELS,))
    is_text = all(isinstance(n, str | int | float) and not isinstance(n, bool) for n in listed)
    labels = [str(label) for label in listed] if is_text else []
    if not is_text or max(map(len, labels), default=0) > _LONGEST_LABEL:
        raise Invalid(
            "every label must be text of at most {most} characters",
            loc=(_LABELS,),
            most=_LONGEST_LABEL,
        )
    return labels


def _size(value: object) -> Shape | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(type(n) is int and 0 < n <= _LARGEST for n in value):
        raise Invalid(
            "size must be the input's shape, as 1,3,224,224, of sizes up to {most}",
            loc=("size",),
            most=_LARGEST,
        )
    return tuple(value)
