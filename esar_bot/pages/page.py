"""Renders a page that stands alone: fonts and styles inside, no script, nothing loaded from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from importlib import resources

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from esar_bot import __version__
from esar_bot.labels import field_label
from esar_bot.pages import formats
from esar_bot.pages.differences import Run, abridged, marked
from esar_bot.redact import redact

FONT_FILES = {400: "Sarabun-Regular.ttf", 700: "Sarabun-Bold.ttf"}


def render_page(room: str, template: str, **content: object) -> str:
    """Render a template of a room (a package with a folder `templates`), its content masked and escaped."""
    return _environment(room).get_template(template).render(content)


@cache
def _environment(room: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(room), PackageLoader("esar_bot.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_masked,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        moment=formats.moment,
        figure=formats.figure,
        plain=formats.plain,
        four_places=formats.four_places,
        size=formats.size,
        grouped=formats.grouped,
        field_label=field_label,
    )
    environment.globals.update(font_face=_font_face(), version=__version__, marked=_marked)
    return environment


def _masked(value: object) -> object:
    """What is shown of a value; markup is the template's own, or was masked on its way there."""
    return redact(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _marked(one: str, other: str) -> tuple[list[Run], list[Run]]:
    """Two texts with their differences marked, and what they have in common abridged.

    Secrets are masked before: a difference might divide them.
    """
    left, right = marked(redact(one), redact(other))
    return abridged(left), abridged(right)


@cache
def _font_face() -> Markup:
    """Sarabun, regular and bold, as @font-face rules that hold the fonts themselves."""
    folder = resources.files("fontpkg_sarabun") / "files"
    return Markup("\n").join(
        Markup(
            '@font-face {{ font-family: "Sarabun"; font-weight: {}; '
            'src: url("data:font/ttf;base64,{}") format("truetype"); }}'
        ).format(weight, b64encode((folder / name).read_bytes()).decode())
        for weight, name in FONT_FILES.items()
    )
