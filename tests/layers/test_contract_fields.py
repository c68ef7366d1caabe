"""What every layer promises of its fields: words, bounds, defaults, a form. No layer is named."""

from collections import Counter
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from app import forms
from app.i18n import LANGUAGES
from app.layers import FAMILIES, LAYERS, Family
from app.layers.base import Layer
from app.rendering import environment
from tests.layers.cases import every_layer, name_of

FLOAT32_MAX = float(np.finfo(np.float32).max)
NUMERIC = {"integer", "number"}
COUNTED = {"sizes", "padding"}
# Sides may be negative: they cut.
KINDS = NUMERIC | COUNTED | {"shape", "sides", "boolean", "choice", "choices"}
_FORM = "{% import 'macros/form.html' as form with context %}{{ form.rail(family) }}"

every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def _say(text: str) -> str:
    return text


def _fields() -> list[tuple[type[Layer], dict[str, Any]]]:
    return [(kind, field) for kind in LAYERS for field in forms.fields(kind, _say)]


every_field = pytest.mark.parametrize(
    ("kind", "field"), [pytest.param(k, f, id=f"{name_of(k)}-{f['name']}") for k, f in _fields()]
)


@every_layer
def test_form_and_schema_have_the_fields_of_the_layer(kind: type[Layer]) -> None:
    names = list(kind.model_fields)
    assert [field["name"] for field in forms.fields(kind, _say)] == names
    schema = forms.layer_schema(kind)
    assert list(schema["properties"]) == names
    assert schema["additionalProperties"] is False
    assert "required" not in schema


@every_field
def test_field_has_a_sentence_bounds_and_a_default(
    kind: type[Layer], field: dict[str, Any]
) -> None:
    assert field["kind"] in KINDS
    assert field["description"].endswith(".")
    assert field["nullable"] or field["default"] is not None
    if field["kind"] in NUMERIC:
        assert field["min"] < field["max"]
    if field["kind"] == "number":
        assert max(-field["min"], field["max"]) <= FLOAT32_MAX, "past it a graph would hold ∞"
    if field["kind"] in COUNTED:
        assert field["min"] in (0, 1)
    if field["kind"] in {"choice", "choices"}:
        assert len(field["choices"]) > 1
        assert field["nullable"] or field["default"] in [c["value"] for c in field["choices"]]


@every_field
def test_slider_stays_within_the_bounds(kind: type[Layer], field: dict[str, Any]) -> None:
    if field["slider"] is None:
        assert field["kind"] not in NUMERIC | COUNTED
        return
    low, high, step = field["slider"]
    assert field["min"] <= low < high
    assert field["max"] is None or high <= field["max"]
    assert 0 < step <= high - low
    if isinstance(field["default"], int | float):
        assert low <= field["default"] <= high


@every_field
def test_value_past_a_bound_is_refused(kind: type[Layer], field: dict[str, Any]) -> None:
    name = field["name"]
    past = [] if field["min"] is None else [field["min"] - _step(field["min"])]
    past += [] if field["max"] is None else [field["max"] + _step(field["max"])]
    for value in [*past, "nonsense", {}, float("nan")]:
        with pytest.raises(ValidationError):
            kind.model_validate({name: value})


def _step(bound: float) -> float:
    """Return a step that is seen in float64 whatever the bound."""
    return max(1.0, abs(bound) * 1e-6) if isinstance(bound, float) else 1


@every_layer
def test_unknown_field_is_refused(kind: type[Layer]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate({"no_such_field": 1})


class _Controls(HTMLParser):
    """Counts what a reader can operate, and what it is called."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: Counter[tuple[str, str]] = Counter()
        self.ids: Counter[str] = Counter()
        self.described: set[str] = set()
        self._variant = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._variant = found.get("data-variant", self._variant)
        if "data-field" in found:
            self.rows[self._variant, found["data-field"]] += 1
        if "id" in found:
            self.ids[found["id"]] += 1
        self.described |= {found[a] for a in ("aria-describedby", "for") if a in found}


@every_family
@pytest.mark.parametrize("language", LANGUAGES)
def test_form_renders_one_row_a_field(family: Family, language: str) -> None:
    html = environment(language).from_string(_FORM).render(family=forms.family(family, _say))
    controls = _Controls()
    controls.feed(html)
    fields = {(tag, name) for tag, kind in family.variants.items() for name in kind.model_fields}
    tensors = {(tag, spec.name) for tag, kind in family.variants.items() for spec in kind.inputs}
    assert set(controls.rows.values()) == {1}
    assert fields <= set(controls.rows) <= fields | tensors
    assert set(controls.ids.values()) <= {1}
    assert controls.described <= set(controls.ids)
