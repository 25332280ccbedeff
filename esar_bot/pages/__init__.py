"""What the preview and the receipt share: one page that stands alone, its font, its words and its looks."""

from esar_bot.pages.page import render_page

__all__ = ["render_page"]
