"""A certificate that is not trusted: never passed over, never tried again, and no password typed (P2)."""

from __future__ import annotations

import ssl
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from esar_bot.errors import PersonNeeded
from flows.profile import load_profile
from tests.flows.conftest import in_loop, session_on


class Listening(ThreadingHTTPServer):
    """A TLS server on loopback that counts connections, and requests that came through."""

    def __init__(self, certificate):
        self.seen = Counter()
        super().__init__(("127.0.0.1", 0), Answering)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self.context)

    def get_request(self):
        connection, address = super().get_request()
        self.seen["connections"] += 1
        connection.settimeout(5)
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        """A handshake that the browser broke off is what is meant to happen."""


class Answering(BaseHTTPRequestHandler):
    """Counts requests and answers with a page."""

    def do_GET(self):
        self.server.seen["requests"] += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<input type=password>")

    def log_message(self, *_what):
        """Say nothing."""


@pytest.fixture
def listening():
    with Listening(trustme.CA().issue_cert("127.0.0.1")) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("signed_in", [False, True], ids=["at the login", "in the middle of a run"])
def test_nobody_is_trusted_without_a_certificate(listening, signed_in):
    profile = load_profile("mock", base_url=f"https://127.0.0.1:{listening.server_port}")

    async def read():
        async with session_on(profile) as session, session.page() as page:
            session.signed_in = signed_in
            await session.open(page, profile.round, "round", fiscal_year=2570, round="9m")

    with pytest.raises(PersonNeeded, match="ERR_CERT_AUTHORITY_INVALID") as caught:
        in_loop(read())
    assert "ไม่ได้กรอกรหัสผ่าน" in caught.value.what
    assert listening.seen["connections"], "the server was there"
    assert listening.seen["requests"] == 0
