"""Faults that a rehearsal can switch on: what portals, networks and other people do to whoever reports.

A fault is described in words (`description`), the `book` decides when it strikes and remembers that it did.
For each place where faults bite one module says what then happens: on the line (`network`), in the answer
(`answers`), in the portal's state (`state`), in what is stored (`stored`, `files`), in the pages (`shown`).
"""
