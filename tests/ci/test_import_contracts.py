"""The import contracts of pyproject.toml on a small house: they hold, and they break when they should."""

import os
import shutil

import pytest

HOUSE = {
    "esar_bot/__init__.py": "",
    "esar_bot/__main__.py": "import esar_bot.cli",
    "esar_bot/cli/__init__.py": "import flows.portal, mock_portal.app, playwright, esar_bot.run",
    "esar_bot/run.py": "import esar_bot.plan, esar_bot.portal",
    "esar_bot/plan.py": "import esar_bot.models",
    "esar_bot/portal.py": "import esar_bot.models",
    "esar_bot/scoring.py": "import esar_bot.models",
    "esar_bot/models/__init__.py": "import esar_bot.text",
    "esar_bot/text.py": "",
    "flows/__init__.py": "import esar_bot.errors",
    "flows/portal.py": "import esar_bot.models, esar_bot.portal, esar_bot.text, playwright",
    "esar_bot/errors.py": "",
    "mock_portal/__init__.py": "",
    "mock_portal/app.py": "import starlette",
}


@pytest.fixture
def lint_imports(root, run, clean_environment, tmp_path):
    def lint_imports(house):
        for name, text in house.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text + "\n", "utf-8")
        shutil.copy(root / "pyproject.toml", tmp_path)
        environment = clean_environment | {"PYTHONPATH": os.fspath(tmp_path)}
        return run("lint-imports", "--no-cache", "--no-logo", cwd=tmp_path, env=environment)

    return lint_imports


def test_the_house_as_it_is_meant_keeps_them(lint_imports):
    result = lint_imports(HOUSE)

    assert result.returncode == 0, result.stdout
    assert " 0 broken" in result.stdout


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("esar_bot/models/__init__.py", "esar_bot.scoring"),
        ("esar_bot/text.py", "esar_bot.models"),
        ("esar_bot/plan.py", "esar_bot.run"),
        ("esar_bot/run.py", "esar_bot.cli"),
        ("esar_bot/run.py", "playwright"),
        ("esar_bot/plan.py", "flows.portal"),
        ("esar_bot/portal.py", "mock_portal"),
        ("esar_bot/__main__.py", "flows"),
        ("flows/portal.py", "esar_bot.plan"),
        ("flows/__init__.py", "esar_bot.scoring"),
        ("flows/portal.py", "mock_portal.app"),
        ("mock_portal/app.py", "esar_bot.text"),
        ("mock_portal/app.py", "flows"),
        ("esar_bot/a_new_room.py", "esar_bot.text"),
    ],
)
def test_a_wrong_import_breaks_one(module, imported, lint_imports):
    result = lint_imports(HOUSE | {module: f"import {imported}\n{HOUSE.get(module, '')}"})

    assert result.returncode != 0
    assert "BROKEN" in result.stdout, result.stdout
