"""Personal data is its owner's only from the first byte, and there whole or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from esar_bot.private_files import write_private

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX file modes")


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


@posix
def test_no_one_else_can_read_it_at_any_time(tmp_path, monkeypatch, open_umask):
    modes = []
    real = os.open

    def watched(path, flags, mode=0o777, **more):
        descriptor = real(path, flags, mode, **more)
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    write_private(tmp_path / "ตัวอย่าง.html", b"x")
    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / "ตัวอย่าง.html").stat().st_mode) == 0o600


@posix
def test_replacing_a_file_that_all_could_read_closes_it(tmp_path, open_umask):
    path = tmp_path / "page.html"
    path.write_bytes(b"old")
    path.chmod(0o644)
    write_private(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_folders_are_made_and_bytes_kept_as_they_are(tmp_path):
    path = tmp_path / "a" / "b" / "ไฟล์.bin"
    write_private(path, b"\r\n\x00\x1a\xff")
    assert path.read_bytes() == b"\r\n\x00\x1a\xff"
    assert [file.name for file in path.parent.iterdir()] == ["ไฟล์.bin"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_stood_there_still_stands_when_writing_fails(tmp_path, monkeypatch, step):
    path = tmp_path / "receipt.json"
    write_private(path, b"old")

    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="No space"):
        write_private(path, b"new and much longer")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["receipt.json"]


def test_a_reader_sees_the_old_or_the_new_and_nothing_between(tmp_path, monkeypatch):
    path = tmp_path / "receipt.json"
    write_private(path, b"old")
    seen = []
    real = os.fsync

    def fsync(descriptor):
        seen.append(path.read_bytes())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_private(path, b"new")
    assert seen == [b"old"], "synced before it takes the old one's place"
    assert path.read_bytes() == b"new"


def test_what_a_killed_run_left_beside_it_is_no_hindrance(tmp_path):
    path = tmp_path / "receipt.json"
    path.with_name(f".{path.name}.{os.getpid()}.part").write_bytes(b"half")
    write_private(path, b"whole")
    assert path.read_bytes() == b"whole"
    assert [file.name for file in tmp_path.iterdir()] == ["receipt.json"]
