"""Fills, checks and submits self-assessment reports (e-SAR) of Thai government agencies."""

__version__ = "0.1.0"
