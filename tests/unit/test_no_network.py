import socket

import pytest

from tests.unit.conftest import NetworkUsed


@pytest.mark.parametrize("address", [("127.0.0.1", 9), ("192.0.2.1", 80)])
def test_unit_tests_reach_no_other_process(address):
    with socket.socket() as connection, pytest.raises(NetworkUsed):
        connection.connect(address)
    with pytest.raises(NetworkUsed):
        socket.create_connection(address)
    with pytest.raises(NetworkUsed):
        socket.getaddrinfo(*address)
