"""`POST /api/v1/models`: what comes with a model, understood."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from app.api.fields import Fields
from app.layers.base import Shape
from app.problems import Invalid, message
from app.uploads.sent import Sent

MODEL = "model"
OPTIONS = ("title", "size", "mean", "std", "labels")
_LONGEST_TITLE, _LONGEST_LABEL = 120, 80
_MOST_LABELS = 100_000
_MOST_CHANNELS = 64
_LARGEST = 4096
_SUFFIX = ".onnx"
_NO_TITLE = message("Your network").template


def read_sent(fields: Fields) -> Sent:
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
        _labels(values.get("labels")),
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
    return {"scale": scale.tolist(), "offset": offset.tolist()}


def _numbers(name: str, value: object) -> Any:
    listed = value if isinstance(value, list) else [value]
    good = all(isinstance(n, int | float) and not isinstance(n, bool) for n in listed)
    if not good or not 1 <= len(listed) <= _MOST_CHANNELS:
        raise Invalid("{name} must be a number, or one for each channel", loc=(name,), name=name)
    found = np.array(listed, np.float64)
    if not np.isfinite(found).all() or np.abs(found).max() > 1e6:
        raise Invalid("{name} must be a number, or one for each channel", loc=(name,), name=name)
    return found if isinstance(value, list) else found[0]


def _labels(value: object) -> Sequence[str]:
    if value is None:
        return []
    listed = value.splitlines() if isinstance(value, str) else value
    if not isinstance(listed, list) or len(listed) > _MOST_LABELS:
        raise Invalid("labels must be a list of names, or a line for each", loc=("labels",))
    if not all(isinstance(n, str | int | float) and not isinstance(n, bool) for n in listed):
        raise Invalid("every label must be text", loc=("labels",))
    return [str(label)[:_LONGEST_LABEL] for label in listed]


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
