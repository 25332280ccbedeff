"""The agreement that the portal holds: the agency and its indicators, read from `agreement.yaml`.

Every scalar stays the text that was signed ("87.4300" keeps its zeros); only weights and the ends of the
scoring scales are also needed as numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

LEVEL_TOP = Decimal(5)
ANCHORED_TOP = Decimal(100)


class AgreementError(ValueError):
    """The agreement file cannot be read; the text says which part."""


@dataclass(frozen=True)
class Person:
    """A supervisor or a collector, as printed on the card."""

    name: str
    position: str = ""
    phone: str = ""
    email: str = ""
    scorer: bool = False


@dataclass(frozen=True)
class Criteria:
    """How a result becomes a score: (label, text) rows of the criteria table, or the parts of a composite."""

    kind: str
    rows: tuple[tuple[str, str], ...] = ()
    parts: tuple["Part", ...] = ()

    @property
    def highest(self) -> Decimal:
        """The highest score that can be reached, which counts as the full scale of the agreement."""
        return max(number(label) for label, _ in self.rows) if self.kind == "anchored" else LEVEL_TOP

    @property
    def limit(self) -> Decimal:
        """The highest score that the form takes."""
        return ANCHORED_TOP if self.kind == "anchored" else LEVEL_TOP


@dataclass(frozen=True)
class Part:
    """One part of a composite indicator."""

    number: str
    name: str
    weight: str
    criteria: Criteria


@dataclass(frozen=True)
class Indicator:
    """One indicator of the agreement."""

    number: str
    name: str
    dimension: str
    unit: str
    weight: Decimal
    target: str
    criteria: Criteria
    supervisor: Person
    collectors: tuple[Person, ...]
    description: str = ""
    baseline: tuple[tuple[str, str], ...] = ()
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    starts_at: str = ""
    cancelled_at: str = ""

    def weight_in(self, round_key: str) -> Decimal:
        """The weight in a round, which may differ from the one of the year."""
        return self.weights.get(round_key, self.weight)

    def active_in(self, round_key: str, order: tuple[str, ...]) -> bool:
        """Whether the indicator is reported in that round."""
        place = order.index(round_key)
        started = not self.starts_at or place >= order.index(self.starts_at)
        return started and not (self.cancelled_at and place >= order.index(self.cancelled_at))


@dataclass(frozen=True)
class Agreement:
    """The agreement of one agency for one fiscal year (B.E.)."""

    fiscal_year: int
    agency: str
    ministry: str
    scale: Decimal
    indicators: tuple[Indicator, ...]
    order: tuple[str, ...]

    def active(self, round_key: str) -> tuple[Indicator, ...]:
        """The indicators that are reported in a round, in the order of the agreement."""
        return tuple(i for i in self.indicators if i.active_in(round_key, self.order))

    def find(self, round_key: str, indicator: str) -> Indicator | None:
        """The active indicator with that number."""
        return next((i for i in self.active(round_key) if i.number == indicator), None)

    def total_weight(self, round_key: str) -> Decimal:
        """The sum that weighted scores are divided by."""
        return sum((i.weight_in(round_key) for i in self.active(round_key)), Decimal(0))

    def dimensions(self, round_key: str) -> list[tuple[str, list[Indicator]]]:
        """The active indicators by dimension, dimensions in order of first appearance."""
        groups: dict[str, list[Indicator]] = {}
        for indicator in self.active(round_key):
            groups.setdefault(indicator.dimension, []).append(indicator)
        return list(groups.items())


def read_source(path: Path) -> dict[str, Any]:
    """The agreement file as plain dicts, lists and texts."""
    try:
        source = YAML(typ="base", pure=True).load(path.read_text("utf-8"))
    except OSError as error:
        msg = f"ไม่พบไฟล์คำรับรองการปฏิบัติราชการ / cannot read {path}: {error.strerror}"
        raise AgreementError(msg) from error
    except (YAMLError, UnicodeDecodeError) as error:
        msg = f"{path} is not readable YAML: {error}"
        raise AgreementError(msg) from error
    if not isinstance(source, dict):
        msg = f"{path} holds no agreement"
        raise AgreementError(msg)
    return source


def build(source: dict[str, Any], order: tuple[str, ...]) -> Agreement:
    """Make an agreement of what the file says."""
    try:
        agency = source["agency"]
        agreement = Agreement(
            fiscal_year=int(source["fiscal_year"]),
            agency=_text(agency["name"]),
            ministry=_text(agency.get("ministry")),
            scale=number(source.get("scale", "5")),
            indicators=tuple(_indicator(i, order) for i in source["indicators"]),
            order=order,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, AgreementError):
            raise
        msg = f"agreement.yaml: {type(error).__name__}: {error}"
        raise AgreementError(msg) from error
    if not agreement.indicators:
        msg = "agreement.yaml: no indicators"
        raise AgreementError(msg)
    return agreement


def number(text: str) -> Decimal:
    """A number as people write it: Thai digits and thousands separators are understood."""
    try:
        value = Decimal(str(text).replace(",", "").strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        msg = f"agreement.yaml: {text!r} is not a number"
        raise AgreementError(msg)
    return value


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _indicator(source: dict[str, Any], order: tuple[str, ...]) -> Indicator:
    rounds = {key: _text(source.get(key)) for key in ("starts_at", "cancelled_at")}
    for key, value in rounds.items():
        if value and value not in order:
            msg = f"agreement.yaml: {key}: {value!r} is not a round"
            raise AgreementError(msg)
    return Indicator(
        number=_text(source["number"]),
        name=_text(source["name"]),
        dimension=_text(source["dimension"]),
        unit=_text(source["unit"]),
        weight=number(source["weight"]),
        target=_text(source["target"]),
        criteria=_criteria(source["criteria"]),
        supervisor=_person(source["supervisor"]),
        collectors=tuple(_person(c) for c in source["collectors"]),
        description=_text(source.get("description")),
        baseline=tuple((_text(k), _text(v)) for k, v in (source.get("baseline") or {}).items()),
        weights={k: number(v) for k, v in (source.get("weights") or {}).items()},
        starts_at=rounds["starts_at"],
        cancelled_at=rounds["cancelled_at"],
    )


def _person(source: dict[str, Any]) -> Person:
    return Person(
        name=_text(source["name"]),
        position=_text(source.get("position")),
        phone=_text(source.get("phone")),
        email=_text(source.get("email")),
        scorer=_text(source.get("scorer")).lower() in {"true", "yes", "on"},
    )


def _criteria(source: dict[str, Any]) -> Criteria:
    kind = source["kind"]
    if kind in {"levels", "milestones"}:
        texts = source["levels" if kind == "levels" else "steps"]
        return Criteria(kind, tuple((str(n), _text(t)) for n, t in enumerate(texts, 1)))
    if kind == "anchored":
        anchors = [(_text(k), _text(v)) for k, v in source["anchors"].items()]
        return Criteria(kind, tuple(sorted(anchors, key=lambda a: number(a[0]))))
    if kind == "composite":
        parts = (
            Part(_text(p["number"]), _text(p["name"]), _text(p["weight"]), _criteria(p["criteria"]))
            for p in source["parts"]
        )
        return Criteria(kind, parts=tuple(parts))
    msg = f"agreement.yaml: criteria kind {kind!r} is not known"
    raise AgreementError(msg)
