"""Precheck: every problem of a round at once, offline, each with its file and line."""

from esar_bot.precheck.check import Precheck, check_round
from esar_bot.precheck.coverage import Unexamined
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.rules import RULES

__all__ = ["RULES", "Precheck", "Problem", "Rule", "Subject", "Unexamined", "check_round"]
