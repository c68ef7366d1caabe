"""Connections are taken as long as files can be opened, and the end comes without them too."""

import asyncio
import errno
import socket

from app.serving.accepting import Accepting


class Full(socket.socket):
    """A listening socket of a process that has no open file left."""

    def accept(self) -> tuple[socket.socket, object]:
        raise OSError(errno.EMFILE, "Too many open files")


async def nobody(_: socket.socket) -> None:
    raise AssertionError


def test_who_stops_without_an_open_file_left_does_not_listen_again() -> None:
    async def main() -> None:
        with Full() as full:
            full.bind(("127.0.0.1", 0))
            accepting = Accepting([full], nobody)
            with socket.create_connection(full.getsockname()):
                await accepting.end()
            # A server that stops goes on for a while with what it does at each turn.
            accepting.go_on()

    asyncio.run(main())
