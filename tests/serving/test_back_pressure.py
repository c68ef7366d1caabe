"""A body is not read on and on while nobody takes it: the protocol's own part of that."""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.server import ServerState

from app.transport.guard import Guard

HEAD = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
PIECE = bytes(HIGH_WATER_LIMIT // 2 + 1)


class Quiet(asyncio.Transport):
    """A transport to nobody, which keeps what it is told of reading."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.told: list[str] = []

    def pause_reading(self) -> None:
        self.told.append("pause")

    def resume_reading(self) -> None:
        self.told.append("resume")

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0

    def close(self) -> None:
        pass

    def write(self, data: Any) -> None:
        pass


def test_reading_stops_when_a_second_piece_waits_and_goes_on_when_they_are_taken() -> None:
    bodies: list[bytes] = []

    async def main() -> None:
        take = asyncio.Event()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            while True:
                await take.wait()
                take.clear()
                bodies.append((await receive())["body"])

        config = Config(app, log_config=None, ws="none")
        loop = asyncio.get_running_loop()
        guard, transport = Guard(config, ServerState(), {}, loop), Quiet()
        guard.connection_made(transport)
        try:
            guard.data_received(HEAD + PIECE)
            await asyncio.sleep(0.01)
            assert transport.told == [], "what comes alone is mostly taken at once"
            guard.data_received(PIECE)
            assert transport.told == ["pause"]
            take.set()
            await asyncio.sleep(0.01)
            assert transport.told == ["pause", "resume"]
            assert bodies == [PIECE * 2]
            for _ in range(3):
                guard.data_received(PIECE)
                take.set()
                await asyncio.sleep(0.01)
            assert transport.told == ["pause", "resume"]
            assert bodies == [PIECE * 2, PIECE, PIECE, PIECE]
        finally:
            guard.connection_lost(None)
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    asyncio.run(main())
