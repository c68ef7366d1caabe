"""An answer's head that is written together with what follows it."""

import asyncio

# Below this, to copy is quicker than to name two places to the system.
_COPIED = 128 * 1024
_CONTINUE = b"HTTP/1.1 100"


class Together:
    """What an answer is written to: the connection's transport, but for the head.

    uvicorn writes the head by itself. Each write wakes the client up, which then finds half an
    answer; that takes as long as a small layer takes to run.

    Args:
        transport: the connection's. Not for an answer to HEAD: nothing stands behind its head.
    """

    __slots__ = ("_head", "_is_past", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._head, self._is_past = transport, b"", False

    def write(self, data: bytes | memoryview) -> None:
        """Write, or hold what is the head."""
        # What lets a client go on goes at once; behind the head those bytes are a body's.
        if self._is_past or (not self._head and data[:12] == _CONTINUE):
            self._transport.write(data)
        elif not self._head:
            self._head = bytes(data)
        else:
            self._is_past = True
            if len(data) < _COPIED:
                self._transport.write(self._head + data)
            else:
                self._transport.writelines([self._head, data])

    def close(self) -> None:
        """Close the connection when all is sent; of an answer that breaks off, the head too."""
        if self._head and not self._is_past:
            self._is_past = True
            self._transport.write(self._head)
        self._transport.close()

    def is_closing(self) -> bool:
        """Tell whether the connection is closed, or will be."""
        return self._transport.is_closing()
