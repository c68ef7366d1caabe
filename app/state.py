"""What a running application holds: made in the lifespan, reached from the routes."""

from dataclasses import dataclass

from app.admission.admission import Admission
from app.networks.traces import Traces
from app.runtime.session_cache import SessionCache
from app.settings import Limits, Settings, limits, settings
from app.tensors.store import TensorStore, default_folder
from app.uploads.hosted import Uploads


@dataclass(frozen=True, slots=True)
class State:
    """The limits, the sessions and runs kept, the tensors and models held, and who may work."""

    limits: Limits
    sessions: SessionCache
    store: TensorStore
    admission: Admission
    traces: Traces
    uploads: Uploads

    def forget(self, before: float) -> bool:
        """Drop sessions and runs unused since a `time.monotonic()`; tell whether there were any."""
        return any([self.sessions.forget(before), self.traces.forget(before)])


def make_state(how: Settings | None = None, most: Limits | None = None) -> State:
    """Return the state for these settings, by default the environment's."""
    how, most = how or settings(), most or limits()
    folder = how.store_dir or default_folder()
    store, admission = TensorStore(folder, most), Admission(how, most, folder)
    traces, uploads = Traces(how.trace_bytes), Uploads(how, most, folder)
    return State(most, SessionCache(how.sessions), store, admission, traces, uploads)
