"""The workspace: a folder on disk that becomes models, every value knowing its file and line."""

from esar_bot.workspace.findings import Finding, Level, Place
from esar_bot.workspace.folder import Workspace, find_workspace
from esar_bot.workspace.load import LoadedCard, LoadedRound, load_agreement, load_round
from esar_bot.workspace.settings import Settings, load_settings

__all__ = [
    "Finding",
    "Level",
    "LoadedCard",
    "LoadedRound",
    "Place",
    "Settings",
    "Workspace",
    "find_workspace",
    "load_agreement",
    "load_round",
    "load_settings",
]
