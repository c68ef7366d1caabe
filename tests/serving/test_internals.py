"""What app/transport uses of uvicorn's protocol is there, and is called as it expects."""

import inspect
import logging
from collections.abc import Iterator

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.serving.server import configuration
from app.settings import settings
from app.transport.guard import Guard
from app.transport.refusing import Refusing

OWN = {
    name
    for kind in Guard.__mro__[: Guard.__mro__.index(HttpToolsProtocol)]
    for name in vars(kind)
    if callable(getattr(kind, name))
}
CALLBACKS = [
    "on_message_begin",
    "on_headers_complete",
    "on_body",
    "on_message_complete",
    "on_response_complete",
    "send_400_response",
    "_start_asgi_task",
    "_unsupported_upgrade_warning",
    "connection_made",
    "connection_lost",
    "eof_received",
    "data_received",
    "resume_writing",
]


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_method_is_theirs_and_takes_the_same(name: str) -> None:
    theirs = inspect.signature(getattr(HttpToolsProtocol, name))
    ours = inspect.signature(getattr(Guard, name))
    assert list(theirs.parameters) == list(ours.parameters)
    assert name in OWN


def test_no_method_of_theirs_is_overridden_by_chance() -> None:
    private = {n for n in vars(HttpToolsProtocol) if not n.startswith("__")}
    assert OWN & private == set(CALLBACKS)


def test_the_state_of_a_request_has_the_names_that_are_used() -> None:
    source = inspect.getsource(RequestResponseCycle.__init__)
    for name in (
        "response_started", "response_complete", "keep_alive", "disconnected",
        "waiting_for_100_continue", "message_event", "transport", "body",
    ):  # fmt: skip
        assert f"self.{name} = " in source
    source = inspect.getsource(HttpToolsProtocol)
    assert "self.pipeline.appendleft((self.cycle, app))" in source
    assert "self.send_400_response(msg)" in source
    caught = source[source.index("except httptools.HttpParserUpgrade:") :]
    assert "self._unsupported_upgrade_warning()" in caught[: caught.index("def ")]
    assert "lenient_data_after_close=True" in source
    assert "self.read_paused = " in inspect.getsource(FlowControl)


def test_no_attribute_of_theirs_is_taken_by_chance() -> None:
    theirs = set(HttpToolsProtocol.__init__.__code__.co_names)
    ours = {n for k in (Refusing, Guard) for n in k.__init__.__code__.co_names}
    assert (ours & theirs) - {"loop", "__init__"} == set()


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """Take back what the server's configuration does to the logs of this process."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.mark.usefixtures("logs_as_before")
def test_the_server_is_told_to_use_it() -> None:
    config = configuration(settings())
    config.load()
    assert config.http_protocol_class is Guard
    assert config.ws_protocol_class is None
