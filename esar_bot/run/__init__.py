"""Applies a plan through a portal: write, read back, decide; submit once, when every card is verified."""

from esar_bot.run.outcome import CardOutcome, CardResult, RoundOutcome, RunResult
from esar_bot.run.round import apply

__all__ = ["CardOutcome", "CardResult", "RoundOutcome", "RunResult", "apply"]
