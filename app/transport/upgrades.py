"""A connection on which nothing is upgraded: who offers that is heard as if nothing was offered."""

import sys

import httptools

from app.transport.deadlines import Timed


class Plain(Timed):
    """One connection whose requests are read without their `Upgrade`.

    Java's client and `curl --http2` offer HTTP/2 beside what they send, and a server may pass that
    over. The parser takes all that follows such a head for something else than HTTP, the request's
    own body too. So the head is read a second time, by a new parser and without the offer.
    """

    _coming: bytes = b""
    _has_offer = False

    def data_received(self, data: bytes) -> None:
        self._coming = data
        super().data_received(data)
        self._coming = b""

    def is_set_aside(self) -> bool:
        """Tell, when a head is complete or a message is, whether it will be read again."""
        self._has_offer = self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"
        return self._has_offer

    def _unsupported_upgrade_warning(self) -> None:
        error = sys.exc_info()[1]  # uvicorn calls this where it has caught it
        if not self._has_offer or not isinstance(error, httptools.HttpParserUpgrade):
            return
        self._has_offer = False
        version = self.parser.get_http_version().encode()
        head = [self.parser.get_method() + b" " + self.url + b" HTTP/" + version]
        head += [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        rest = self._coming[error.args[0] :]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        Plain.data_received(self, b"\r\n".join(head) + b"\r\n\r\n" + rest)
