"""How make comes by uv on machines that lack one thing or another; the missing programs are stand-ins."""

import os
import shutil
import stat

import pytest


@pytest.fixture
def machine(root, tmp_path):
    """A checkout and a PATH that holds only stand-ins and the shell's own tools."""
    checkout = tmp_path / "checkout"
    shutil.copytree(root / "scripts", checkout / "scripts")
    shutil.copy(root / "constraints.txt", checkout)
    programs = tmp_path / "bin"
    programs.mkdir()
    for tool in ("sh", "sed", "dirname", "cat", "rm", "mkdir", "mktemp", "cp", "chmod", "touch"):
        (programs / tool).symlink_to(shutil.which(tool))

    class Machine:
        def has(self, name, script):
            (programs / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
            (programs / name).chmod((programs / name).stat().st_mode | stat.S_IXUSR)

    Machine.checkout, Machine.programs = checkout, programs
    return Machine()


@pytest.fixture
def get_uv(machine, run):
    def get_uv():
        environment = {"PATH": str(machine.programs), "HOME": os.devnull}
        return run(machine.checkout / "scripts" / "get-uv", cwd=machine.checkout, env=environment)

    return get_uv


# Answers the version check; makes a "virtual environment" whose python installs a "uv".
PYTHON = """
case "$*" in
    *version_info*) exit 0 ;;
    *ensurepip*) [ -e "$0.has-venv" ] ;;
    "-m venv .uv") mkdir -p .uv/bin && cp "$0" .uv/bin/python ;;
    *"install --no-deps --require-hashes -r .uv/uv.txt")
        printf '#!/bin/sh\\necho uv 0\\n' >.uv/bin/uv && chmod +x .uv/bin/uv ;;
    *) exit 9 ;;
esac
"""


def test_a_uv_that_is_there_is_used(machine, get_uv):
    machine.has("uv", "echo uv 0")

    assert get_uv().stdout.strip() == str(machine.programs / "uv")


def test_a_broken_uv_is_not(machine, get_uv):
    machine.has("uv", "exit 127")
    machine.has("python3", PYTHON)
    (machine.programs / "python3.has-venv").touch()

    assert get_uv().stdout.splitlines()[-1] == ".uv/bin/uv"


def test_a_private_one_is_installed_by_its_hashes_and_kept(machine, get_uv):
    machine.has("python3", PYTHON)
    (machine.programs / "python3.has-venv").touch()

    assert get_uv().stdout.splitlines() == ["getting uv …", ".uv/bin/uv"]
    asked = (machine.checkout / ".uv" / "uv.txt").read_text("utf-8").splitlines()
    assert asked[0].startswith("uv==")
    assert len(asked) > 1
    assert all(line.strip().startswith("--hash=sha256:") for line in asked[1:])
    assert get_uv().stdout.splitlines() == [".uv/bin/uv"]


def test_root_on_debian_installs_the_missing_venv_module(machine, get_uv):
    machine.has("python3", PYTHON)
    machine.has("id", "echo 0")
    machine.has("apt-get", f'case "$*" in install*) touch {machine.programs}/python3.has-venv ;; esac')

    result = get_uv()

    assert result.returncode == 0, result.stdout
    assert result.stdout.splitlines() == ["installing python3-venv …", "getting uv …", ".uv/bin/uv"]


def test_anybody_else_is_told_what_to_install(machine, get_uv):
    machine.has("python3", PYTHON)
    machine.has("id", "echo 1000")

    result = get_uv()

    assert result.returncode == 1
    assert "apt-get install python3-venv" in result.stdout


def test_a_python_that_is_too_old_is_told_apart(machine, get_uv):
    machine.has("python3", "exit 1")

    result = get_uv()

    assert result.returncode == 1
    assert "Python 3.11 or newer" in result.stdout
