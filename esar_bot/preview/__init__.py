"""The preview: what the portal would hold and what would change, shown before anything is sent."""

from esar_bot.preview.render import render_preview

__all__ = ["render_preview"]
