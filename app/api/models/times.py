"""`GET /api/v1/models/{name}/times`: how long each stage takes on this machine."""

from functools import partial

from fastapi import Request
from starlette.responses import Response

from app.api.answer.answers import json_response
from app.api.models.facts import find_network
from app.api.models.routes import MODELS
from app.api.router import Router
from app.api.turns import in_turn
from app.state import State

router = Router(prefix=MODELS, tags=["networks"])


@router.get("/{name}/times", summary="How long its stages take", response_class=Response)
async def times(request: Request, name: str) -> Response:
    """Return the microseconds of each stage, measured now, with graph optimisation off."""
    state: State = request.app.state.lab
    sent = state.uploads.may_be(name)
    return await in_turn(state, partial(_measured, state, name), request.receive, asks_sent=sent)


def _measured(state: State, name: str) -> Response:
    found = find_network(state, name)
    runs, taken, is_whole = found.times()
    told = {
        "model": name,
        "runs": runs,
        "optimised": False,
        "threads": 1,
        "stages": [{"name": s["name"], "microseconds": taken.get(s["name"])} for s in found.stages],
        "microseconds": sum(taken.values()) if is_whole else None,
    }
    return json_response(told)
