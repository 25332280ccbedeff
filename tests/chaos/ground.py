"""Where scenarios begin: a workspace and a portal's data, empty and with an older draft, at one port."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette

from esar_bot.workspace.template import write_template
from mock_portal.app import create_app
from mock_portal.server import running
from tests.chaos.scenario import FRESH, REVISED, SAVE_SECONDS
from tests.rehearsal import OFFICER, MockPortal, run_bot
from tests.trust.conftest import NUMBERS, ROUND, add_second_files
from tests.trust.end_state import revise

QUICK = {
    "page": "page = 4",
    "save": f"save = {SAVE_SECONDS}",
    "retrying": "retrying = 6",
    "processing": "processing = 6",
}
MOCK = Path(__file__).parents[2] / "flows" / "profiles" / "mock.toml"
WORD, WORD_THAT_MAY_BREAK = "การ", "การ\u200b"  # in every long text


@dataclass(frozen=True)
class Ground:
    """A folder for each beginning, and the profile of little patience."""

    folder: Path
    port: int

    @classmethod
    def prepared(cls, folder: Path) -> Ground:
        """Make both beginnings."""
        fresh, revised = folder / FRESH.folder, folder / REVISED.folder
        write_template(fresh / "workspace")
        add_second_files(fresh / "workspace")
        _let_words_break(fresh / "workspace")
        (folder / "quick.toml").write_text(_quick(MOCK.read_text(encoding="utf-8")), encoding="utf-8")
        shutil.copytree(fresh, revised)
        with portal_in(revised, 0) as (portal, _app):
            ground = cls(folder, int(portal.url.rpartition(":")[2]))
            first = run_bot(*ground.command(revised / "workspace", portal), "--draft", env=OFFICER)
        assert first.code == 0, first.stderr
        revise(revised / "workspace")
        return ground

    def command(self, workspace: Path, portal: MockPortal) -> tuple[str | Path, ...]:
        """`submit`, with a profile of little patience."""
        where = ("--profile", self.folder / "quick.toml", "--portal-url", portal.url)
        return ("-C", workspace, "submit", "--round", ROUND, "--yes", "--json", *where)


@contextmanager
def portal_in(folder: Path, port: int) -> Iterator[tuple[MockPortal, Starlette]]:
    """The portal of a beginning, or of a scenario that goes on."""
    app = create_app(folder / "portal", folder / "workspace", test_api=True)
    with running(app, port) as url:
        yield MockPortal(url), app


def _let_words_break(workspace: Path) -> None:
    """Put zero-width spaces into the texts, which a portal may lose."""
    for number in NUMBERS:
        card = workspace / ROUND / f"{number}.yaml"
        lines = card.read_text(encoding="utf-8").split("\n")
        texts = [line if line.startswith("#") else line.replace(WORD, WORD_THAT_MAY_BREAK) for line in lines]
        card.write_text("\n".join(texts), encoding="utf-8")


def _quick(profile: str) -> str:
    """The mock's profile with short time-outs."""
    head, _, rest = profile.partition("[timeouts]\n")
    _old, _, tail = rest.partition("\n\n")
    return f"{head}[timeouts]\n" + "\n".join(QUICK.values()) + f"\n\n{tail}"
