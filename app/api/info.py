"""What there is: layers, devices, limits, and whether the server is well."""

from typing import Any

import numpy as np
from fastapi import Request
from starlette.responses import Response

from app import __version__, forms
from app.api.answer.answers import json_response
from app.api.router import Router
from app.i18n import catalog, choose
from app.layers import LAYERS
from app.networks.named import named_chains
from app.problems import Busy
from app.runs import apply
from app.runtime.devices import devices, provider_names
from app.runtime.installed import installed_runtimes
from app.serving.readiness import readiness
from app.state import State

router = Router(tags=["about"])


def _in(language: str) -> dict[str, str]:
    return {"Content-Language": language, "Vary": "Accept-Language"}


@router.get("/api/v1/layers", summary="Every layer and its parameters", response_class=Response)
def layers(request: Request) -> Response:
    """Return each layer: title, what it does, JSON schema, tensors, in the reader's language."""
    language = choose(request.headers.get("accept-language"))
    found = forms.families(catalog(language).gettext)
    return json_response({"layers": found}, headers=_in(language))


@router.get("/api/v1/pipelines", summary="Chains to start from", response_class=Response)
def pipelines(request: Request) -> Response:
    """Return each named chain: title, what it shows, its input's shape, its layers."""
    language = choose(request.headers.get("accept-language"))
    found = named_chains(catalog(language).gettext)
    return json_response({"pipelines": found}, headers=_in(language))


@router.get("/api/v1/devices", summary="Where layers can run here", response_class=Response)
def list_devices() -> Response:
    """Return the devices, the fastest first, with ONNX Runtime's names of them.

    `auto` is the one that much work is given to; little may be done sooner by the processor.
    """
    here = devices()
    return json_response(
        {
            "devices": here,
            "auto": here[0],
            "providers": provider_names(),
            "runtime": installed_runtimes(),
        }
    )


@router.get("/api/v1/limits", summary="What a request may ask for", response_class=Response)
def list_limits(request: Request) -> Response:
    """Return every limit by name: its number, what it counts, the variable that sets it."""
    state: State = request.app.state.lab
    fields = type(state.limits).model_fields
    found: dict[str, Any] = {
        name: {
            "limit": getattr(state.limits, name),
            "counts": field.description,
            "variable": f"LAYERLAB_MAX_{name.upper()}",
        }
        for name, field in fields.items()
    }
    return json_response({"limits": found})


@router.get("/health/live", summary="The process answers", response_class=Response)
def live() -> Response:
    """Return that the process answers."""
    return json_response({"status": "live", "version": __version__})


@router.get("/health/ready", summary="A real layer has run", response_class=Response)
def ready(request: Request) -> Response:
    """Run the first example of the first layer; ready means that numbers came out."""
    if readiness.stopping:
        raise Busy("this server is stopping; try again shortly")
    state: State = request.app.state.lab
    layer = LAYERS[0]
    params, shapes = layer.examples[0]
    sent = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    try:
        run = apply(layer(**params), sent, "cpu", state.limits, state.sessions)
    except Exception as error:
        raise Busy("no layer can be run here just now") from error
    return json_response({"status": "ready", "layer": layer.family, "provider": run.provider})
