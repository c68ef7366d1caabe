"""Work that is ended from outside: what stops it is called while it runs, and never afterwards."""

import contextlib
import threading
import time

import pytest

from app.admission.room import Ended, Room

PATIENCE_S = 20.0


def test_what_has_been_ended_does_not_begin() -> None:
    room, stopped = Room(0), list[str]()
    room.end()
    with pytest.raises(Ended), room.stopping_by(lambda: stopped.append("stopped")):
        stopped.append("begun")
    assert stopped == []


def test_what_is_over_is_not_stopped() -> None:
    room, stopped = Room(0), list[str]()
    with room.stopping_by(lambda: stopped.append("stopped")):
        pass
    room.end()
    assert stopped == []


def test_who_is_just_being_stopped_waits_for_it() -> None:
    """What is stopped may be at work for somebody else as soon as the block is over."""
    room, order = Room(0), list[str]()
    entered, stopping = threading.Event(), threading.Event()

    def stop() -> None:
        stopping.set()
        time.sleep(0.1)
        order.append("stopped")

    def work() -> None:
        with contextlib.suppress(Ended), room.stopping_by(stop):
            entered.set()
            assert stopping.wait(PATIENCE_S)
        order.append("over")

    thread = threading.Thread(target=work)
    thread.start()
    assert entered.wait(PATIENCE_S)
    room.end()
    thread.join(PATIENCE_S)
    assert order == ["stopped", "over"]
