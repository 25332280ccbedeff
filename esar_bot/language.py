"""The two languages in which esar-bot speaks to people.

Officers read Thai; the engineers who look after their jobs may set `ESAR_BOT_LANG=en`.
Every message is written once, in both, at the place that says it.
"""

import os


def language() -> str:
    """The language of messages: "th" (the default) or "en"."""
    return "en" if os.environ.get("ESAR_BOT_LANG", "th").lower().startswith("en") else "th"


def say(th: str, en: str) -> str:
    """The message in the reader's language."""
    return en if language() == "en" else th
