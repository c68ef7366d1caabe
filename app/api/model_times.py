"""`GET /api/v1/models/{name}/times`: how long each stage takes on this machine."""

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.answers import json_bytes
from app.api.models import MODELS
from app.api.network_facts import find_network
from app.api.turns import in_turn
from app.networks.network import network
from app.networks.shown import Local
from app.networks.times import RUNS, stage_times
from app.problems import Busy, Invalid
from app.state import State

router = APIRouter(prefix=MODELS, tags=["networks"])


@router.get("/{name}/times", summary="How long its stages take", response_class=Response)
async def times(request: Request, name: str) -> Response:
    """Return the microseconds of each stage, measured now, with graph optimisation off."""
    state: State = request.app.state.lab
    return await in_turn(state, partial(_measured, state, name), request.receive)


def _measured(state: State, name: str) -> Response:
    if not isinstance(find_network(state, name), Local):
        raise Invalid(
            "the stages of a network that was sent are not timed: ONNX Runtime writes such times to"
            " a file, and the process that runs the network may write none",
            loc=("name",),
        )
    found = network(name)
    try:
        taken = stage_times(found)
    except OSError:
        raise Busy("there is no folder in which times can be measured") from None
    told = {
        "model": name,
        "runs": RUNS,
        "optimised": False,
        "threads": 1,
        "stages": [{"name": s.name, "microseconds": taken.get(s.name)} for s in found.stages],
        "microseconds": sum(taken.values()),
    }
    return Response(json_bytes(told), media_type="application/json")
