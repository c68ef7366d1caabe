"""The application: state in the lifespan, routes, errors, headers."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import __version__, errors
from app.api import curves, info, layers, models, openapi, tensors
from app.headers import SecurityHeaders
from app.pages import mount_pages
from app.state import State, make_state

# A request makes some hundreds of objects and leaves no circles behind; 700 is Python's own.
_OBJECTS_BETWEEN_COLLECTIONS = 20_000


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    if not hasattr(app.state, "lab"):
        app.state.lab = make_state()
    # What is loaded by now stays for good; the collector need not walk it at each request.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    yield


def create_app(state: State | None = None) -> FastAPI:
    """Return the application; `state` is for tests, else it is made when the server starts."""
    app = FastAPI(
        title="Layerlab",
        version=__version__,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        summary="Apply, show and explain the layers of a convolutional network.",
    )
    if state is not None:
        app.state.lab = state
    errors.install(app)
    app.router.routes.extend(layers.routes())
    for router in (info.router, tensors.router, curves.router, models.router):
        app.include_router(router)
    mount_pages(app)
    openapi.install(app)
    app.add_middleware(SecurityHeaders)
    return app
