"""The wheel carries everything that the program needs, and works away from the checkout."""

import os
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import uv

PACKAGES = ("esar_bot", "flows", "mock_portal")
UV = uv.find_uv_bin()


def packed(folder: Path) -> list[Path]:
    """The files below a folder that belong into the wheel."""
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


@pytest.fixture(scope="module")
def wheel(root, run, tmp_path_factory) -> Path:
    into = tmp_path_factory.mktemp("dist")
    result = run(UV, "build", "--no-build-isolation", "--python", sys.executable, "--out-dir", into)
    assert result.returncode == 0, result.stdout
    (built,) = into.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_carries_every_file_of_the_packages(root, names):
    expected = {path.relative_to(root).as_posix() for package in PACKAGES for path in packed(root / package)}

    assert expected - names == set()
    for kind in (".py", ".toml", ".html"):
        assert any(name.endswith(kind) for name in expected)


def test_it_carries_the_sample_agency(root, names):
    sample = root / "fixtures" / "sample_agency"
    written_by_runs = {"previews", "receipts"}
    expected = {
        f"mock_portal/sample_agency/{path.relative_to(sample).as_posix()}"
        for path in packed(sample)
        if path.relative_to(sample).parts[0] not in written_by_runs
    }

    assert "mock_portal/sample_agency/agreement.yaml" in expected
    assert expected - names == set()


def test_it_carries_nothing_else(names):
    tops = {name.partition("/")[0] for name in names}

    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [
        name for name in names if "__pycache__" in name or "/previews/" in name or "/receipts/" in name
    ]


@pytest.fixture(scope="module")
def installed(wheel, root, run, tmp_path_factory) -> Path:
    """The folder of programs of an environment that holds the wheel and what it declares, and no more."""
    environment = tmp_path_factory.mktemp("away") / "venv"
    locked = root / "constraints.txt"
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    for command in (
        [UV, "venv", "--python", sys.executable, environment],
        [UV, "pip", "install", "--python", environment, "--constraints", locked, wheel],
    ):
        result = run(*command)
        assert result.returncode == 0, result.stdout
    return programs


def test_it_tells_its_version_away_from_the_checkout(installed, root, run, tmp_path):
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    result = run(installed / "esar-bot", "--version", cwd=tmp_path)

    assert result.returncode == 0, result.stdout
    assert version in result.stdout


def test_its_modules_are_its_own(installed, root, run, tmp_path):
    code = f"import {', '.join(PACKAGES)}; print(*(m.__file__ for m in ({', '.join(PACKAGES)})), sep='\\n')"

    result = run(installed / "python", "-c", code, cwd=tmp_path)

    assert result.returncode == 0, result.stdout
    assert all(Path(line).is_relative_to(installed.parent) for line in result.stdout.splitlines())


def test_its_demo_runs_away_from_the_checkout(installed, run, clean_environment, tmp_path):
    elsewhere = clean_environment | {"PATH": os.pathsep.join([str(installed), os.environ["PATH"]])}

    result = run(installed / "esar-bot", "demo", cwd=tmp_path, env=elsewhere)

    assert result.returncode == 0, result.stdout
