"""Saved plans: what was previewed and approved, as hashes, and whether it may still be carried out (P3)."""

from esar_bot.saved_plan.file import read_plan, refuse_other_file, write_plan
from esar_bot.saved_plan.model import Act, Basis, SavedPlan, as_saved
from esar_bot.saved_plan.stale import differences, is_carried_out, refuse_stale

__all__ = [
    "Act",
    "Basis",
    "SavedPlan",
    "as_saved",
    "differences",
    "is_carried_out",
    "read_plan",
    "refuse_other_file",
    "refuse_stale",
    "write_plan",
]
