"""Two runs of one round never overlap; the lock ends with its holder, however that ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from esar_bot.errors import ExitCode, PersonNeeded
from esar_bot.lock import HOLDER, LOCK, taken_if_free, the_only_run

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX file modes")
HOLDING = """
import pathlib, sys, time
from esar_bot.lock import the_only_run
with the_only_run(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLDING, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_the_second_is_told_who_holds_it_and_since_when(tmp_path, holder, monkeypatch):
    monkeypatch.setenv("ESAR_BOT_LANG", "en")
    with pytest.raises(PersonNeeded) as raised, the_only_run(tmp_path):
        pass
    assert raised.value.exit_code is ExitCode.PERSON_NEEDED
    assert f"PID {holder.pid}" in raised.value.what
    assert "in Bangkok" in raised.value.what
    assert raised.value.where == str(tmp_path / LOCK)
    assert json.loads((tmp_path / HOLDER).read_bytes())["pid"] == holder.pid, "the holder is still told"


def test_a_dead_holders_lock_is_taken_over(tmp_path, holder):
    holder.kill()
    holder.wait()
    assert (tmp_path / HOLDER).exists(), "it could not clean up"
    with the_only_run(tmp_path):
        assert json.loads((tmp_path / HOLDER).read_bytes())["pid"] == os.getpid()


def test_it_is_free_again_afterwards_also_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), the_only_run(tmp_path):
        raise ZeroDivisionError
    with taken_if_free(tmp_path) as taken:
        assert taken
    assert not (tmp_path / HOLDER).exists()


def test_whoever_only_asks_is_told_and_not_stopped(tmp_path, holder):
    with taken_if_free(tmp_path) as taken:
        assert not taken


def test_a_holder_who_cannot_be_read_is_a_holder_all_the_same(tmp_path, holder):
    for content in (b"", b"{", b"[]", b'{"since": "x"}'):
        (tmp_path / HOLDER).write_bytes(content)
        with pytest.raises(PersonNeeded), the_only_run(tmp_path):
            pass


def test_each_round_has_its_own(tmp_path):
    with the_only_run(tmp_path / "9m"), the_only_run(tmp_path / "12m"):
        assert (tmp_path / "9m" / HOLDER).exists()
        assert (tmp_path / "12m" / HOLDER).exists()


@posix
def test_who_holds_it_is_told_to_the_owner_only(tmp_path):
    with the_only_run(tmp_path):
        assert (tmp_path / HOLDER).stat().st_mode & 0o777 == 0o600
        assert (tmp_path / LOCK).read_bytes() == b""
