"""What a running application holds: made in the lifespan, reached from the routes."""

from dataclasses import dataclass

from app.sessions import SessionCache
from app.settings import Limits, Settings, limits, settings
from app.tensors.store import TensorStore, default_folder


@dataclass(frozen=True, slots=True)
class State:
    """The limits, the sessions kept and the tensors held."""

    limits: Limits
    sessions: SessionCache
    store: TensorStore


def make_state(how: Settings | None = None, most: Limits | None = None) -> State:
    """Return the state for these settings, by default the environment's."""
    how, most = how or settings(), most or limits()
    store = TensorStore(how.store_dir or default_folder(), most)
    return State(most, SessionCache(how.sessions), store)
