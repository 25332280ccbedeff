"""What is reported: agreement, report, evidence, fiscal year and rounds. No input or output happens here."""

from esar_bot.models.agreement import Agency, Agreement, Collector, Indicator, Supervisor
from esar_bot.models.criteria import Anchor, Anchored, Composite, Criteria, Levels, Milestones, Part
from esar_bot.models.fiscal_year import FiscalYear, Round, Step
from esar_bot.models.limits import Limits
from esar_bot.models.quantities import Frozen, months, number_order, short_date, thai_date
from esar_bot.models.report import NOT_APPLICABLE, Card, Evidence, Report

__all__ = [
    "NOT_APPLICABLE",
    "Agency",
    "Agreement",
    "Anchor",
    "Anchored",
    "Card",
    "Collector",
    "Composite",
    "Criteria",
    "Evidence",
    "FiscalYear",
    "Frozen",
    "Indicator",
    "Levels",
    "Limits",
    "Milestones",
    "Part",
    "Report",
    "Round",
    "Step",
    "Supervisor",
    "months",
    "number_order",
    "short_date",
    "thai_date",
]
