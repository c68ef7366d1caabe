"""The schemas that requests and answers are described with."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.api.answer.answers import FORMATS
from app.tensors.colors import COLORMAPS
from app.tensors.nested import DTYPES
from app.tensors.pictures import SCALES
from app.tensors.received import FLOAT_END

Schema = dict[str, Any]

FILE: Schema = {"type": "string", "format": "binary"}
NULL: Schema = {"type": "null"}
PNG, NPY = FORMATS["png"], FORMATS["npy"]
JSON, MULTIPART, PICTURE = FORMATS["json"], "multipart/form-data", "image/*"
TENSOR: Schema = {"$ref": "#/components/schemas/Tensor"}
SHAPE: Schema = {"type": "array", "items": {"type": "integer", "minimum": 0}}
_REFUSALS = {
    400: "The body is not what it says it is.",
    404: "Nothing has this name, or a ref is gone.",
    406: "No such form of answer.",
    413: "Past a limit of `/api/v1/limits`.",
    415: "A media type that is not read.",
    422: "A value that cannot be, with the rule and its numbers.",
    503: "Too much to do just now.",
}
_BUSY = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}


def problems(*codes: int) -> Schema:
    """Return the responses that are problems; without codes every one that a body can meet."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return refusals(content, *codes)


def refusals(content: Schema, *codes: int) -> Schema:
    """Return the responses that refuse something, in the form that is told there."""
    return {
        str(code): {"description": _REFUSALS[code], "content": content}
        | ({"headers": _BUSY} if code == 503 else {})
        for code in codes or _REFUSALS
    }


def answers(schema: Schema, description: str, *files: str, status: int = 200) -> Schema:
    """Return the response that is no problem: JSON of a schema, or a file of these types."""
    content = {JSON: {"schema": schema}} | {media: {"schema": FILE} for media in files}
    return {str(status): {"description": description, "content": content}}


def maybe(schema: Schema) -> Schema:
    """Return a schema for a value that may be left out: null stands for that too."""
    if "anyOf" in schema:
        kinds = schema["anyOf"]
        return schema if NULL in kinds else schema | {"anyOf": [*kinds, NULL]}
    told = {key: schema[key] for key in ("description", "default") if key in schema}
    return told | {"anyOf": [{k: v for k, v in schema.items() if k not in told}, NULL]}


def names(allowed: Iterable[str], description: str, **more: Any) -> Schema:
    """Return the schema of one name out of several."""
    return {"type": "string", "enum": list(allowed), "description": description, **more}


def switch(description: str) -> Schema:
    """Return the schema of what is on or off; 1 and 0 serve as well."""
    kinds = [{"type": "boolean"}, {"type": "integer", "enum": [0, 1]}]
    return {"anyOf": kinds, "default": False, "description": description}


def obj(required: str = "", **properties: Schema) -> Schema:
    """Return the schema of an object, with the names that are always there."""
    found: Schema = {"type": "object", "properties": properties}
    return found | ({"required": required.split()} if required else {})


def strict(required: str = "", **properties: Schema) -> Schema:
    """Return the schema of an object that has no other names."""
    return obj(required, **properties) | {"additionalProperties": False}


DEVICE = names(
    ("auto", "cpu", "cuda"), "Where to run; auto takes the one that is done first.", default="auto"
)
PROCESSOR = names(("auto", "cpu"), "Networks run on the processor.", default="auto")
FORMAT = names(FORMATS, "Goes before Accept.")
COLORMAP = names(COLORMAPS, "For PNG.")
SCALE = names(SCALES, "For PNG.")
REFS = switch("Also hold the input and the outputs and name their refs.")
OPTIONS: dict[str, Schema] = {
    "format": FORMAT,
    "colormap": COLORMAP,
    "scale": SCALE,
    "refs": REFS,
    "code": switch(
        "Also write the same call as programs: curl, PyTorch, NumPy, Keras; `code_notes` says why "
        "one of them is null."
    ),
    "check": switch(
        "Also compare every output element with the layer's NumPy form: the largest difference and "
        "where it is. Where that would pass a limit, `check` is null and `check_note` says why."
    ),
    "output": names(("ref",), "Hold the outputs, name their refs and leave the numbers out."),
}


def picked(parts: Iterable[str]) -> Schema:
    """Return the schema of `fields`, of the names that an answer can have."""
    listed = sorted(parts)
    one = f"({'|'.join(listed)})"
    kinds: list[Schema] = [
        {"type": "string", "pattern": f"^{one}(, ?{one})*$"},
        {"type": "array", "items": {"type": "string", "enum": listed}, "minItems": 1},
    ]
    said = "The only names that a JSON answer shall have, as `output,shape`."
    return {"anyOf": kinds, "description": said}


def body(schema: Schema, files: Mapping[str, Schema], examples: Schema | None = None) -> Schema:
    """Return the request body: JSON, a form with files, or one file that is `input`.

    Args:
        schema: of the JSON.
        files: the form's parts by name.
        examples: of the JSON.
    """
    json_body: Schema = {"schema": schema} | ({"examples": examples} if examples else {})
    form: Schema = {"schema": {"type": "object", "properties": dict(files)}}
    form["encoding"] = {
        name: {"contentType": f"{NPY}, {PICTURE}" if part == FILE else JSON}
        for name, part in files.items()
    }
    file = {"schema": FILE}
    content = {JSON: json_body, MULTIPART: form, NPY: file, PICTURE: file}
    return {"required": True, "content": content}


# What a plan takes in place of a tensor.
SENT_SHAPE: Schema = obj("shape", shape=SHAPE) | {"additionalProperties": False}
_NUMBER: Schema = {
    "type": "number",
    "exclusiveMinimum": -FLOAT_END,
    "exclusiveMaximum": FLOAT_END,
}
_PROBLEM = obj(
    "type title status detail",
    type={"type": "string"},
    title={"type": "string"},
    status={"type": "integer"},
    detail={"type": "string"},
    errors={
        "type": "array",
        "items": obj(
            "loc msg",
            loc={"type": "array", "items": {"type": ["string", "integer"]}},
            msg={"type": "string"},
        ),
    },
)
_NUMBERS: Schema = {
    "description": "A number or a nested list of numbers; its lists at one depth are equally long.",
    "anyOf": [_NUMBER, {"type": "array", "items": {"$ref": "#/components/schemas/Numbers"}}],
}
_DESCRIBED = obj(
    "data",
    data={"$ref": "#/components/schemas/Numbers"},
    shape=SHAPE,
    dtype={"type": "string", "enum": list(DTYPES)},
) | {"additionalProperties": False}
_TENSOR: Schema = {
    "description": "A nested list of numbers, an object with its shape, or a ref to a held tensor.",
    "anyOf": [
        {"$ref": "#/components/schemas/Numbers"},
        {"$ref": "#/components/schemas/Described"},
        obj("ref", ref={"type": "string"}) | {"additionalProperties": False},
    ],
}
_WRITTEN: Schema = {
    "description": "A number or a nested list of them; null is what no JSON number can say.",
    "anyOf": [
        {"type": ["number", "null"]},
        {"type": "array", "items": {"$ref": "#/components/schemas/Written"}},
    ],
}
_SOME: Schema = {"type": ["number", "null"]}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_STATS = obj(
    "min max mean std zeros nonfinite",
    min=_SOME,
    max=_SOME,
    mean=_SOME,
    std=_SOME,
    zeros=_WHOLE,
    nonfinite=_WHOLE,
)
_COST = obj("parameters macs output_bytes", parameters=_WHOLE, macs=_WHOLE, output_bytes=_WHOLE)
SCHEMAS: dict[str, Schema] = {
    "Cost": _COST,
    "Described": _DESCRIBED,
    "Numbers": _NUMBERS,
    "Problem": _PROBLEM,
    "Stats": _STATS,
    "Tensor": _TENSOR,
    "Written": _WRITTEN,
}
STATS: Schema = {"$ref": "#/components/schemas/Stats"}
COST: Schema = {"$ref": "#/components/schemas/Cost"}
WRITTEN: Schema = {"$ref": "#/components/schemas/Written"}
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
