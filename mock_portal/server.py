"""Serves the portal on this computer only: for a person (`serve`), or beside a test (`running`)."""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from mock_portal.connection import Connection

START_SECONDS = 30


class _Announced(uvicorn.Server):
    """A server that says when it answers."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as usual, then tell."""
        await super().startup(sockets)
        self._on_ready()


def serve(
    app: ASGIApp,
    host: str = "127.0.0.1",
    port: int = 8365,
    on_ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve until Ctrl-C; `on_ready` gets the address once the portal answers.

    A port in use raises OSError before anything is started.
    """
    with closing(_listen(host, port)) as listener:
        url = _address(listener)
        with suppress(KeyboardInterrupt):
            _Announced(_config(app), lambda: on_ready(url)).run(sockets=[listener])


@contextmanager
def running(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serve from a thread while the block runs, and give the address; port 0 takes a free one."""
    with closing(_listen("127.0.0.1", port)) as listener:
        ready = threading.Event()
        server = _Announced(_config(app), ready.set)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="mock-portal", daemon=True
        )
        thread.start()
        try:
            if not ready.wait(START_SECONDS):
                msg = "the portal did not start"
                raise RuntimeError(msg)
            yield _address(listener)
        finally:
            server.should_exit = True
            thread.join()


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=Connection,
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )


def _listen(host: str, port: int) -> socket.socket:
    """Bind a loopback address; a rehearsal portal has no business on the network."""
    literal = "127.0.0.1" if host == "localhost" else host
    address = ipaddress.ip_address(literal)
    if not address.is_loopback:
        msg = f"the rehearsal portal serves this computer only, not {host}"
        raise ValueError(msg)
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004  the IP version
    # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((literal, port))
    except OSError:
        listener.close()
        raise
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
