"""`/v2`: the Open Inference Protocol (KServe V2 REST), as clients of model servers speak it."""

from collections.abc import Iterable
from typing import Any

from fastapi import Request
from starlette.responses import Response
from starlette.routing import Route

from app import __version__
from app.api import info
from app.api.answer.answers import json_response
from app.api.request.body import reading
from app.api.request.coding import check_plain
from app.api.request.said import check_names
from app.api.router import Router
from app.api.v2.infer import InferEndpoint
from app.api.v2.models import VERSION, Model, Tensor, find_model, model_names
from app.problems import Invalid, TooLarge
from app.state import State
from app.tensors.json_text import read_json

PREFIX = "/v2"
EXTENSIONS = ("binary_tensor_data", "classification", "model_configuration", "parameters")
# Triton's word for a model that ONNX Runtime runs, and that for the program which runs it.
_PLATFORM, _BACKEND = "onnxruntime_onnx", "onnxruntime"
_ONE, _VERSION = "/models/{name}", "/models/{name}/versions/{version}"
_LONGEST_ASKED = 4096
router = Router(prefix=PREFIX, tags=["model servers' clients"])


@router.get("", summary="What this server is", response_class=Response)
def server() -> Response:
    """Return its name, version, and the extensions of the protocol that it speaks."""
    return json_response({"name": "layerlab", "version": __version__, "extensions": EXTENSIONS})


@router.get("/health/live", summary="The process answers", response_class=Response)
def live() -> Response:
    """Return that the process answers."""
    return json_response({"live": True})


@router.get("/health/ready", summary="A real layer has run", response_class=Response)
def ready(request: Request) -> Response:
    """Run a layer; ready means that numbers came out."""
    info.ready(request)
    return json_response({"ready": True})


@router.post("/repository/index", summary="Every model", response_class=Response)
async def index(request: Request) -> Response:
    """Return the name of every layer and of every network, and that each is ready."""
    state: State = request.app.state.lab
    async with reading(request.receive, request.headers, state.limits, state.admission) as body:
        if len(body) > _LONGEST_ASKED:
            raise TooLarge(
                "the body has {said} bytes; at most {most} can be",
                said=len(body),
                most=_LONGEST_ASKED,
            )
        check_plain(request.headers)
        asked = read_json(body, state.limits) if body else {}
    if not isinstance(asked, dict) or not isinstance(asked.get("ready"), bool | None):
        raise Invalid("ready must be true or false", loc=("ready",))
    check_names(asked, ("ready",))
    told = {"version": VERSION, "state": "READY", "reason": ""}
    return json_response([{"name": name, **told} for name in model_names()])


@router.get(_ONE, summary="One model: what goes in and comes out", response_class=Response)
def metadata(request: Request, name: str) -> Response:
    """Return a model's inputs and outputs; −1 is a size that is free.

    The outputs are those that every request makes; `further_outputs` names what comes besides where
    a parameter says so. A layer takes tensors of other ranks too, as `/api/v1/layers` says.
    """
    return json_response(_metadata(find_model(request.app.state.lab, name)))


@router.get(_VERSION, summary="One version of it", response_class=Response)
def metadata_of_version(request: Request, name: str, version: str) -> Response:
    """Return what goes into a version and comes out: the same, for there is one."""
    return json_response(_metadata(find_model(request.app.state.lab, name, version)))


def _metadata(found: Model) -> dict[str, Any]:
    told: dict[str, Any] = {"name": found.name, "versions": [VERSION], "platform": _PLATFORM}
    told |= {"inputs": _tensors(found.inputs), "outputs": _tensors(found.outputs)}
    if found.further:
        # A parameter is a text, a number or a truth; clients pass over those that they do not know.
        told["parameters"] = {"further_outputs": ", ".join(found.further)}
    return told


def _tensors(tensors: Iterable[Tensor]) -> list[dict[str, Any]]:
    return [_tensor(one) for one in tensors]


def _tensor(one: Tensor) -> dict[str, Any]:
    told = {"name": one.name, "datatype": one.datatype, "shape": one.shape}
    parameters = {**one.facts} if one.needed else {**one.facts, "optional": True}
    return told | {"parameters": parameters} if parameters else told


@router.get(f"{_ONE}/ready", summary="It can be run", response_class=Response)
def model_ready(request: Request, name: str) -> Response:
    """Return that a model is here."""
    return json_response({"name": find_model(request.app.state.lab, name).name, "ready": True})


@router.get(f"{_VERSION}/ready", summary="This version can be run", response_class=Response)
def version_ready(request: Request, name: str, version: str) -> Response:
    """Return that a version is here."""
    return json_response(
        {"name": find_model(request.app.state.lab, name, version).name, "ready": True}
    )


@router.get(f"{_ONE}/config", summary="Its configuration", response_class=Response)
def config(request: Request, name: str) -> Response:
    """Return the same as Triton's configuration of a model, without a batch axis of its own."""
    return json_response(_config(find_model(request.app.state.lab, name)))


@router.get(f"{_VERSION}/config", summary="Its version's configuration", response_class=Response)
def config_of_version(request: Request, name: str, version: str) -> Response:
    """Return a version's configuration: the same, for there is one."""
    return json_response(_config(find_model(request.app.state.lab, name, version)))


def _config(found: Model) -> dict[str, Any]:
    def told(tensor: Tensor) -> dict[str, Any]:
        kind = f"TYPE_{tensor.datatype}"
        return {"name": tensor.name, "data_type": kind, "dims": tensor.shape}

    return {
        "name": found.name,
        "platform": _PLATFORM,
        "backend": _BACKEND,
        "max_batch_size": 0,
        "input": [told(one) | {"optional": not one.needed} for one in found.inputs],
        "output": [told(one) for one in found.outputs],
    }


def routes() -> list[Route]:
    """Return the routes that run a model."""
    return [
        Route(f"{PREFIX}{path}/infer", InferEndpoint(), methods=["POST"])
        for path in (_ONE, _VERSION)
    ]
