"""The command line: parse, call, print. No rule of the field lives here.

It alone joins `esar_bot` with `flows` and `mock_portal`. Imports are lazy, so that `--help` costs nothing.
"""

from esar_bot.cli.app import main

__all__ = ["main"]
