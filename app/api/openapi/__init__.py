"""The OpenAPI document: the layers from their registry, the other routes from what is said here."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.models.routes import MODELS
from app.api.openapi.chains import chain_paths
from app.api.openapi.layers import layer_paths
from app.api.openapi.others import other_routes
from app.api.openapi.pieces import SCHEMAS, SENT_SHAPE, TENSOR, problems
from app.api.openapi.requests import stage
from app.api.openapi.v2 import SCHEMAS as V2_SCHEMAS
from app.api.openapi.v2 import v2_paths, v2_routes


def install(app: FastAPI) -> None:
    """Let `/openapi.json` hold the layer routes beside FastAPI's own."""

    @lru_cache(1)
    def document() -> dict[str, Any]:
        found = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        others = other_routes() | v2_routes()
        found["paths"] = layer_paths() | chain_paths() | found["paths"]
        stages = {"Stage": stage(TENSOR), "PlannedStage": stage(SENT_SHAPE)}
        if not app.state.lab.uploads.is_on:  # then it is refused, whatever is sent
            del found["paths"][MODELS]["post"]
        found["components"] = {"schemas": SCHEMAS | V2_SCHEMAS | stages}
        for path, operations in found["paths"].items():
            for method, operation in operations.items():
                _complete(operation, others.get((method, path), {}))
        found["paths"] |= v2_paths()
        return found

    replaced: Callable[[], dict[str, Any]] = document
    app.openapi = replaced  # type: ignore[method-assign]


def _complete(operation: dict[str, Any], more: dict[str, Any]) -> None:
    """Add what FastAPI cannot know; in a query nothing is null, and every 422 is a problem."""
    responses = operation["responses"]
    if "422" in responses:
        responses |= problems(422)
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        kinds = [kind for kind in schema.pop("anyOf", ()) if kind != {"type": "null"}]
        if kinds:
            parameter["schema"] = kinds[0]
        schema.pop("title", None)
        told = dict(more.get("parameters", {}).get(parameter["name"], {}))
        parameter |= {"example": told.pop("example")} if "example" in told else {}
        parameter["schema"] |= told
    operation |= {key: more[key] for key in more if key not in ("parameters", "responses")}
    added = more.get("responses", {})
    if any(code.startswith("2") for code in added):
        responses.pop("200", None)
    responses |= added
