"""Work is let in in turn, within a budget of all processes, and dropped or ended if need be."""

import asyncio
import contextlib
import fcntl
import gc
import multiprocessing
import threading
import weakref
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from app.admission import room
from app.admission.admission import Admission
from app.admission.places import MEDIUM
from app.admission.shares import Budget, Share, Units, service_file
from app.layers import FAMILIES
from app.problems import Busy
from app.runs import apply
from app.runtime.session_cache import SessionCache
from app.settings import MIB, Limits, Settings

T = TypeVar("T")
PATIENCE_S = 20.0
HEAVY = MEDIUM + MIB


class Client:
    """One that waits for its answer until it goes away."""

    def __init__(self) -> None:
        self.is_gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.is_gone.wait()
        return {"type": "http.disconnect"}


class Gate:
    """Work that lasts until it is let go."""

    def __init__(self, size: int = 0) -> None:
        self.started, self.opened = threading.Event(), threading.Event()
        self._size = size

    def work(self) -> str:
        room.need(self._size)
        self.started.set()
        assert self.opened.wait(PATIENCE_S)
        return "done"


@pytest.fixture
def admit(tmp_path: Path) -> Callable[..., Admission]:
    def make(work_bytes: int = 64 * MIB, **limits: int) -> Admission:
        how = Settings(workers=2, work_bytes=work_bytes)
        return Admission(how, Limits(**limits), tmp_path)  # type: ignore[arg-type]

    return make


def no_size(_: object) -> int:
    return 0


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(coroutine, PATIENCE_S * 2))


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.01)


async def do(admission: Admission, work: Callable[[], T], size: int = 0) -> T:
    done, _ = await admission.do(work, Client().receive, no_size, size)
    return done


def test_work_is_done_in_a_thread_and_its_error_is_its_own(admit: Callable[..., Admission]) -> None:
    async def main() -> None:
        admission = admit()
        assert await do(admission, threading.get_ident) != threading.get_ident()
        for error in (ValueError("a"), Busy("b")):

            def fail(error: Exception = error) -> None:
                raise error

            with pytest.raises(type(error)):
                await do(admission, fail)

    run(main())


def test_no_other_work_waits_for_what_asks_a_model_that_was_sent(
    admit: Callable[..., Admission],
) -> None:
    async def main() -> None:
        admission, gates = admit(wait_seconds=1), [Gate(), Gate()]
        asked = [
            asyncio.ensure_future(
                admission.do(gate.work, Client().receive, no_size, asks_sent=True)
            )
            for gate in gates
        ]
        await until(gates[0].started.is_set)
        assert await do(admission, lambda: "light") == "light"
        with pytest.raises(Busy, match="its turn did not come"):
            await asked[1]
        assert not gates[1].started.is_set()
        gates[0].opened.set()
        assert (await asked[0])[0] == "done"

    run(main())


def test_medium_work_does_not_wait_for_heavy_work(admit: Callable[..., Admission]) -> None:
    async def main() -> None:
        admission, gate = admit(), Gate(HEAVY)
        heavy = asyncio.ensure_future(do(admission, gate.work))
        await until(gate.started.is_set)
        assert await do(admission, lambda: "light") == "light"
        gate.opened.set()
        assert await heavy == "done"

    run(main())


def test_work_that_needs_more_comes_back_with_a_share(admit: Callable[..., Admission]) -> None:
    async def main() -> None:
        admission, found = admit(), list[int]()

        def work() -> None:
            room.need(MEDIUM)
            room.need(1, 1)
            room.need(40 * MIB, 8 * MIB)
            found.append(len(admission.work._units._held))
            room.need_in_all(40 * MIB)

        await do(admission, work)
        assert found == [6]  # units of 8 MiB
        assert not admission.work._units._held

    run(main())


def test_work_larger_than_the_budget_gets_all_of_it(admit: Callable[..., Admission]) -> None:
    async def main() -> None:
        admission = admit()
        await do(admission, lambda: room.need(1 << 50))
        assert await do(admission, lambda: "sized", 1 << 50) == "sized"

    run(main())


def test_who_waits_too_long_or_behind_too_many_is_told(admit: Callable[..., Admission]) -> None:
    async def main() -> None:
        admission, gate = admit(wait_seconds=1, waiting=2), Gate()
        heavy = asyncio.ensure_future(do(admission, gate.work, HEAVY))
        await until(gate.started.is_set)
        waiting = [asyncio.ensure_future(do(admission, str, HEAVY)) for _ in range(2)]
        await until(lambda: admission.waiting == 2)
        with pytest.raises(Busy, match="2 requests are waiting"):
            await do(admission, str, HEAVY)
        for one in waiting:
            with pytest.raises(Busy, match="within 1 seconds"):
                await one
        gate.opened.set()
        assert await heavy == "done"
        assert await do(admission, lambda: "next", HEAVY) == "next"

    run(main())


def test_the_work_of_a_client_that_is_gone_is_dropped(admit: Callable[..., Admission]) -> None:
    async def main() -> None:
        admission, gate, client = admit(), Gate(), Client()
        heavy = asyncio.ensure_future(do(admission, gate.work, HEAVY))
        await until(gate.started.is_set)
        started = list[int]()
        gone = asyncio.ensure_future(
            admission.do(lambda: started.append(1), client.receive, no_size, HEAVY)
        )
        await until(lambda: admission.waiting == 1)
        client.is_gone.set()
        with pytest.raises(Busy):
            await gone
        assert admission.waiting == 0
        gate.opened.set()
        await heavy
        assert started == []

    run(main())


@pytest.mark.parametrize("size", [0, HEAVY])
def test_a_client_that_goes_at_any_moment_leaves_no_place_taken(
    admit: Callable[..., Admission], size: int
) -> None:
    """Between two steps of the loop each: while it waits, is let in, is begun, is done."""

    async def go() -> None:
        admission = admit()

        async def gone_after(steps: int) -> dict[str, Any]:
            for _ in range(steps):
                await asyncio.sleep(0)
            return {"type": "http.disconnect"}

        for steps in range(40):
            with contextlib.suppress(Busy):
                await admission.do(lambda: "done", partial(gone_after, steps), no_size, size)
        for _ in range(8):
            done, share = await admission.do(lambda: "done", Client().receive, no_size, size)
            assert done == "done"
            if share:
                share.release()

    run(go())


def test_late_work_is_answered_and_keeps_its_place_until_it_ends(
    admit: Callable[..., Admission],
) -> None:
    async def main() -> None:
        admission, gate = admit(work_seconds=1, wait_seconds=1), Gate(HEAVY)
        with pytest.raises(Busy, match="longer than 1 seconds"):
            await do(admission, gate.work)
        assert admission.work._units._held
        with pytest.raises(Busy, match="turn did not come"):
            await do(admission, str, HEAVY)
        gate.opened.set()
        await until(lambda: not admission.work._units._held)
        assert await do(admission, lambda: "next", HEAVY) == "next"

    run(main())


def test_a_run_is_ended_before_its_next_node(admit: Callable[..., Admission]) -> None:
    """ONNX Runtime is told; what began after the deadline does not run at all."""

    async def main() -> None:
        admission, gate = admit(work_seconds=1), Gate()
        ran = list[object]()

        def work() -> None:
            gate.work()
            x = {"input": np.zeros((1, 3), np.float32)}
            layer = FAMILIES["softmax"].first()
            ran.append(apply(layer, x, "cpu", Limits(), SessionCache(1)))

        with pytest.raises(Busy, match="longer than 1 seconds"):
            await do(admission, work, HEAVY)
        gate.opened.set()
        await until(lambda: not admission.work._units._held)
        assert ran == []

    run(main())


def test_nothing_is_kept_for_a_client_that_is_gone(admit: Callable[..., Admission]) -> None:
    """Neither what the work holds nor what comes of it, which nobody counts any more."""

    class Large:
        pass

    async def main() -> None:
        admission = admit()
        for size in (0, HEAVY):
            gate, client, sent = Gate(), Client(), Large()
            kept = [weakref.ref(sent)]

            def work(gate: Gate = gate, kept: Any = kept, sent: Large = sent) -> Large:
                gate.work()
                made = Large()
                kept.append(weakref.ref(made))
                return made

            doing = asyncio.ensure_future(admission.do(work, client.receive, no_size, size))
            await until(gate.started.is_set)
            client.is_gone.set()
            with contextlib.suppress(Busy):
                await doing
            del work, sent, doing
            gate.opened.set()
            await until(lambda: len(kept) > 1 and not any(ref() for ref in kept))  # noqa: B023

    gc.disable()
    try:
        run(main())
    finally:
        gc.enable()


def test_nothing_that_is_done_is_kept_by_circles(admit: Callable[..., Admission]) -> None:
    class Large:
        pass

    async def main() -> None:
        admission = admit()
        for needed in (0, HEAVY):
            for fails in (False, True):
                kept = list[weakref.ref[Large]]()

                def work(needed: int = needed, fails: bool = fails) -> Large:
                    large = Large()
                    kept.append(weakref.ref(large))  # noqa: B023
                    room.need(needed)
                    if fails:
                        raise ValueError
                    return large

                try:
                    await do(admission, work)
                except ValueError:
                    assert fails
                # The thread lets go of it a moment later.
                await until(lambda: all(ref() is None for ref in kept))  # noqa: B023

    gc.disable()
    try:
        run(main())
    finally:
        gc.enable()


def test_shares_are_given_out_in_order_and_given_back_once(tmp_path: Path) -> None:
    async def main() -> None:
        budget = Budget(Units(service_file(tmp_path), 0, 4), 10)
        first = await budget.take(25)
        assert first.size == 30
        order = list[str]()

        async def take(name: str, size: int) -> None:
            share = await budget.take(size)
            order.append(name)
            share.release()

        large = asyncio.ensure_future(take("large", 40))
        await asyncio.sleep(0)
        small = asyncio.ensure_future(take("small", 1))
        await asyncio.sleep(0.05)
        assert order == []  # the small one would fit, and would keep the large one waiting for ever
        first.release()
        assert first.size == 0
        first.release()
        await asyncio.gather(large, small)
        assert order == ["large", "small"]

    run(main())


def test_a_unit_that_is_just_given_back_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units, taken = Units(service_file(tmp_path), 0, 1), list[bool]()
    unlock = fcntl.lockf

    def take_meanwhile(file: int, how: int, length: int, start: int) -> None:
        if how == fcntl.LOCK_UN:
            taken.append(units.lock(0))
        unlock(file, how, length, start)

    assert units.lock(0)
    monkeypatch.setattr(fcntl, "lockf", take_meanwhile)
    units.unlock(0)
    monkeypatch.undo()
    assert taken == [False]
    assert units.lock(0)


def test_a_little_is_had_without_asking_the_others(tmp_path: Path) -> None:
    async def main() -> None:
        asked = Units(service_file(tmp_path), 0, 4)
        budget = Budget(asked, 10, own=5)
        assert asked.lock_turn()  # another has the turn, for long
        first, second = budget.take_now(3), budget.take_now(2)
        assert first is not None
        assert second is not None
        assert (first.size, second.size) == (3, 2)
        assert budget.take_now(1) is None, "our own is used up, and the turn is not ours"
        asked.unlock_turn()
        third, large = budget.take_now(1), budget.take_now(30)
        assert third is not None
        assert large is not None
        assert (third.size, large.size) == (10, 30)
        assert budget.take_now(1) is None
        second.release()
        second.release()
        assert second.size == 0
        again = budget.take_now(2)
        assert again is not None
        assert again.size == 2
        assert budget.take_now(1) is None, "it was given back once"
        for share in (first, third, large, again):
            share.release()

    run(main())


def test_what_a_process_has_to_itself_is_part_of_the_whole(tmp_path: Path) -> None:
    how = Settings(workers=2, reading_bytes=64 * MIB, sending_bytes=64 * MIB)
    here = Admission(how, Limits(), tmp_path)
    held = list[Share]()
    while share := here.bodies.take_now(MIB):
        held.append(share)
    # All but what the other process has to itself.
    assert sum(share.size for share in held) == 60 * MIB
    for share in held:
        share.release()


def _hold(folder: str, link: Connection) -> None:
    """Take three of four units in another process of the same service, until it is killed."""
    budget = Budget(Units(service_file(Path(folder)), 0, 4), 10)
    share = asyncio.run(budget.take(30))
    link.send(share.size)
    link.recv()


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return another process that holds three units, beside whose parent this one is a worker."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_hold, args=(str(tmp_path), theirs)
    )
    process.start()
    try:
        assert ours.poll(PATIENCE_S * 3)
        assert ours.recv() == 30
        yield process
    finally:
        process.kill()
        process.join()


def test_the_budget_is_one_for_all_processes_and_outlives_none(tmp_path: Path, other: Any) -> None:
    async def main() -> None:
        budget = Budget(Units(service_file(tmp_path), 0, 4), 10)
        one = await budget.take(10)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(budget.take(10), 0.1)
        other.kill()
        share = await budget.take(30)
        assert share.size == 30
        assert one.size == 10

    run(main())


def test_without_a_folder_each_process_has_its_part(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    admission = Admission(Settings(workers=4, work_bytes=256 * MIB), Limits(), tmp_path / "file")
    assert admission.work.size == 64 * MIB
