"""The connection that carries a request, so that a fault can really cut it."""

import asyncio

from starlette.types import Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

KEY = "connection"


class Connection(H11Protocol):
    """uvicorn's HTTP connection, found in the state of every request that comes in on it."""

    held = False  # by a fault that never answers

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Open as usual; requests copy the state that is set here."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, KEY: self}

    def shutdown(self) -> None:
        """End with the server, which would wait for an answer that never comes."""
        if self.held:
            self.cut()
        else:
            super().shutdown()

    def cut(self) -> None:
        """End the connection without a word, whatever is still to be sent."""
        self.transport.abort()

    def cut_all(self) -> None:
        """End every connection of the server."""
        for other in list(self.connections):
            if isinstance(other, Connection):
                other.cut()


def connection_of(scope: Scope) -> Connection:
    """The connection that a request came in on."""
    connection: Connection = scope["state"][KEY]
    return connection
