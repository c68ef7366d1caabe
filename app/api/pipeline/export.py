"""`POST /api/v1/pipeline/export`: a chain and its tensors as a file that runs elsewhere."""

from starlette.datastructures import Headers
from starlette.responses import Response

from app.api.jobs import Job
from app.api.layers.export import attached, kind_of
from app.api.pipeline.chains import parse_chain
from app.networks.exports import check_chain_export, export_chain
from app.state import State


def weigh_chain_export(state: State, _: str, body: bytes, headers: Headers, query: str) -> Job:
    """Write a chain as a file; a model of some layers is run once first, to see what it meets."""
    asked = parse_chain(state, body, headers, query, lambda _: False)
    kind, plan = kind_of(asked.options), asked.plan
    check_chain_export(plan, kind, state.limits)

    def answer() -> Response:
        array, sent = asked.received.array, asked.sent
        return attached(export_chain(plan, array, sent, kind, state.sessions))

    working = plan.working_bytes
    return Job(answer, plan.effort + working, 2 * working)
