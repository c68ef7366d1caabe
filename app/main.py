"""The application: state in the lifespan, routes, errors, headers."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app import __version__, errors
from app.admission import memory
from app.api import curves, info, metrics, openapi, tensors
from app.api.direct import Direct
from app.api.jobs import Endpoint
from app.api.layers import routes as layers
from app.api.models import predict, times, why
from app.api.models import routes as models
from app.api.pipeline import routes as pipeline
from app.api.v2 import routes as v2
from app.observe.requests import Observed, routes_of
from app.pages import mount_pages
from app.runtime.bound import HELD
from app.runtime.devices import paces
from app.state import State, make_state

# A request makes some hundreds of objects and leaves no circles behind; 700 is Python's own.
_OBJECTS_BETWEEN_COLLECTIONS = 20_000
_THREADS = 8
# How long a thread keeps Python to itself while others want it; 5 ms is Python's own. With a
# quarter of this, light requests waited twice as long while a long list was read beside them.
_TURN_S = 0.001


class _Application(FastAPI):
    """Its outermost layer sees every answer, those to our own mistakes too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; a request goes past what the framework does for each and is not needed here."""
        if scope["type"] == "http" and self.middleware_stack is not None:
            scope["app"] = self
            await self.middleware_stack(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        plain = [
            r for r in self.routes if isinstance(r, Route) and isinstance(r.endpoint, Endpoint)
        ]
        return Observed(Direct(self, plain, super().build_middleware_stack()), routes_of(self))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    memory.settle()
    if not hasattr(app.state, "lab"):
        app.state.lab = make_state()
    # Before the first request: what `auto` chooses by is measured here, and a card takes its time.
    paces()
    # For what is asked of plain functions: pages, curves, lists.
    anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
    # What is loaded by now stays for good; the collector need not walk it at each request.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    sys.setswitchinterval(_TURN_S)
    giving_back = asyncio.create_task(memory.give_back_after_work(app.state.lab.forget))
    yield
    giving_back.cancel()
    HELD.clear()  # what lies on a card goes before the library that knows the card
    app.state.lab.uploads.close()


def create_app(state: State | None = None) -> FastAPI:
    """Return the application; `state` is for tests, else it is made when the server starts."""
    app = _Application(
        title="Layerlab",
        version=__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        # What is told and counted is told and counted in app/observe; to see at each request that
        # nobody wants the framework's took as long as a short run.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        summary="Apply, show and explain the layers of a convolutional network.",
    )
    if state is not None:
        app.state.lab = state
    errors.install(app)
    app.router.routes.extend([*layers.routes(), *pipeline.routes(), *v2.routes()])
    for module in (info, metrics, tensors, curves, models, predict, times, why, v2):
        app.include_router(module.router)
    mount_pages(app)
    openapi.install(app)
    return app
