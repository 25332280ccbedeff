"""Where things lie in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from esar_bot.errors import UsageError
from esar_bot.language import say
from esar_bot.workspace.findings import Place

SETTINGS = "esar.toml"


@dataclass(frozen=True)
class Workspace:
    """One folder per agency and fiscal year."""

    root: Path

    @property
    def settings(self) -> Path:
        """esar.toml: the fiscal year and the portal."""
        return self.root / SETTINGS

    @property
    def agreement(self) -> Path:
        """agreement.yaml: what was signed."""
        return self.root / "agreement.yaml"

    def round_folder(self, round_key: str) -> Path:
        """The folder of a round's cards and evidence."""
        return self.root / round_key

    @property
    def previews(self) -> Path:
        """Where previews are written."""
        return self.root / "previews"

    @property
    def all_receipts(self) -> Path:
        """Where the receipts of all rounds are."""
        return self.root / "receipts"

    def receipts(self, round_key: str) -> Path:
        """Where the receipts of a round's runs are written."""
        return self.all_receipts / round_key

    def place(self, file: Path, line: int = 0) -> Place:
        """A file of this workspace as messages name it: relative, with forward slashes."""
        return Place(file.relative_to(self.root).as_posix(), line)


def find_workspace(folder: Path) -> Workspace:
    """The workspace in this folder.

    Raises:
        UsageError: the folder has no esar.toml.
    """
    root = folder.resolve()
    if not (root / SETTINGS).is_file():
        raise UsageError(
            say(f"ไม่พบแฟ้ม {SETTINGS} ในโฟลเดอร์ {root}", f"there is no {SETTINGS} in {root}"),
            next_step=say(
                "ระบุโฟลเดอร์ด้วย esar-bot -C โฟลเดอร์ … หรือสร้างใหม่ด้วย esar-bot init โฟลเดอร์",
                "name the folder with esar-bot -C DIR …, or make one with esar-bot init DIR",
            ),
        )
    return Workspace(root)
