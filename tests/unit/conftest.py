"""Unit tests have no network, speak Thai whatever the machine says, and start from a small valid agency."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings

from tests.unit.small_agency import SmallAgency

settings.register_profile("unit", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("unit")


class NetworkUsed(AssertionError):
    """A unit test tried to reach another process."""


def _refuse(*args, **kwargs):
    raise NetworkUsed(args)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, _refuse)
    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, _refuse)


@pytest.fixture(autouse=True)
def in_thai(monkeypatch):
    monkeypatch.delenv("ESAR_BOT_LANG", raising=False)


@pytest.fixture
def agency(tmp_path) -> SmallAgency:
    return SmallAgency.make(tmp_path)


@pytest.fixture(scope="module")
def in_loop():
    """Runs a coroutine in a thread of its own, as another test's browser may have a loop in this one.

    The loop is made before the network is taken away.
    """
    with ThreadPoolExecutor(1) as thread:
        runner = asyncio.Runner()
        thread.submit(runner.get_loop).result()
        yield lambda work: thread.submit(runner.run, work).result()
        thread.submit(runner.close).result()
