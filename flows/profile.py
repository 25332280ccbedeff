"""Portal profiles: where everything is on a portal, as data that no Python is needed to change."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field, ValidationError, model_validator

from esar_bot.errors import UsageError
from esar_bot.language import say
from esar_bot.models import Frozen, Limits
from esar_bot.portal import State, Window

FieldKind = Literal["text", "long_text", "number"]
Role = Literal[
    "alert",
    "button",
    "cell",
    "checkbox",
    "combobox",
    "heading",
    "link",
    "listbox",
    "menuitem",
    "radio",
    "row",
    "spinbutton",
    "status",
    "tab",
    "textbox",
]
Seconds = Annotated[float, Field(gt=0)]
ADDRESS_EXAMPLE = {"fiscal_year": 2570, "round": "9m", "indicator": "1.1"}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Locate(Frozen):
    """How to find one element: exactly one way, and declared alternates in order.

    `attribute` says that its value is read from that attribute instead of from its text.
    """

    label: str | None = None
    role: Role | None = None
    name: str | None = None
    title: str | None = None
    placeholder: str | None = None
    test_id: str | None = None
    css: str | None = None
    attribute: str | None = None
    alternates: tuple[Locate, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.label, self.role, self.title, self.placeholder, self.test_id, self.css]
        if sum(way is not None for way in ways) != 1 or (self.name is not None and self.role is None):
            raise ValueError("name exactly one of: label, role (with name), title, placeholder, test_id, css")
        return self

    def __str__(self) -> str:
        return ", ".join(f"{key} “{value}”" for key, value in self.model_dump(exclude_defaults=True).items())


class PageProfile(Frozen):
    """A page: its address below the portal's, and what must be seen before it is used."""

    url: str
    ready: Locate


class LoginPage(PageProfile):
    """Where an officer signs in; `person` are the signs of what only people can do: CAPTCHA, OTP, ThaID."""

    username: Locate
    password: Locate
    submit: Locate
    signed_in: Locate
    refused: Locate
    person: tuple[Locate, ...] = ()


class CardList(Frozen):
    """The rows of the round's page: the attribute that says which card it is, and where its state is."""

    row: Locate
    indicator_attribute: str
    state: Locate


class RoundPage(PageProfile):
    """The round's page with its state, whether it takes reports, and the list of its cards.

    `agency` is where it says whose report it is, if it does.
    """

    agency: Locate | None = None
    state: Locate
    window: Locate
    cards: CardList


class ConfirmationPage(PageProfile):
    """The acknowledgement of a submission."""

    number: Locate
    text: Locate


class EvidenceRows(Frozen):
    """How the evidence of a card is listed: a row per file, and within a row its name, link and key.

    `processing` says that files which were sent are not listed yet, as while they are scanned for viruses.
    """

    row: Locate
    name: Locate
    key_attribute: str
    download: bool = True
    processing: Locate | None = None


class CardView(PageProfile):
    """The read-only view of a card, from which everything is read back.

    `name` is where it shows the indicator's name, `remark` where the assessor's remark on a returned card, if
    it does.
    """

    indicator: Locate
    name: Locate | None = None
    state: Locate
    remark: Locate | None = None
    fields: dict[str, Locate]
    evidence: EvidenceRows


class FormField(Frozen):
    """One field of the card's form: of what kind it is, and where."""

    kind: FieldKind
    at: Locate


class CardForm(PageProfile):
    """The form of a card; `name` is where it shows the indicator's name, if it does."""

    indicator: Locate
    name: Locate | None = None
    form: Locate
    fields: dict[str, FormField]
    files: Locate
    save: Locate
    saved: Locate
    evidence: EvidenceRows
    delete: Locate
    deleted: Locate


class SubmissionPage(PageProfile):
    """Where a round is declared and submitted."""

    declaration: Locate
    submit: Locate
    incomplete: Locate


class Dialogs(Frozen):
    """The messages of dialogs that may be answered with OK. All others are cancelled, and the run stops."""

    accept: tuple[str, ...] = ()


class Timeouts(Frozen):
    """How long to wait, in seconds; a save may take longer by the megabytes it carries.

    `retrying` is for how long a page that cannot be read is tried again, `processing` for how long a file may
    be on its way into the list of a card's evidence.
    """

    page: Seconds = 30
    retrying: Seconds = 60
    save: Seconds = 60
    per_megabyte: Seconds = 4
    processing: Seconds = 120


class Profile(Frozen):
    """All that is known of one portal; of `pages_at_once`, `flows.pace` says how many are opened.

    `hosts` are other origins that its pages, frames and redirects may come from (a sign-on of its own).
    `rejected` are the signs of a refusal, `stale` those that a form was too old to be taken, `maintenance`
    those of a portal that is out of order.
    """

    name: str
    title: str
    base_url: str
    hosts: tuple[str, ...] = ()
    rehearsal: bool = False
    calibrated: bool = False
    pages_at_once: Annotated[int, Field(ge=1, le=16)] = 1
    login: LoginPage
    round: RoundPage
    confirmation: ConfirmationPage
    card_view: CardView
    card_form: CardForm
    submission: SubmissionPage
    rejected: Annotated[tuple[Locate, ...], Field(min_length=1)]
    stale: tuple[Locate, ...] = ()
    maintenance: tuple[Locate, ...] = ()
    states: dict[str, State]
    windows: dict[str, Window]
    dialogs: Dialogs = Dialogs()
    limits: Limits = Limits()
    timeouts: Timeouts = Timeouts()

    @model_validator(mode="after")
    def _safe_addresses(self) -> Self:
        for url in (self.base_url, *self.hosts):
            _refuse_unsafe(url)
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        unseen = sorted(set(self.card_form.fields) - set(self.card_view.fields))
        if unseen:
            raise ValueError(
                say(
                    f"ช่องของแบบฟอร์มที่ไม่มีใน card_view จึงอ่านทวนไม่ได้: {', '.join(unseen)}",
                    f"fields of card_form that cannot be read back from card_view: {', '.join(unseen)}",
                )
            )
        for page in (
            self.login,
            self.round,
            self.confirmation,
            self.card_view,
            self.card_form,
            self.submission,
        ):
            try:
                self.address(page, **ADDRESS_EXAMPLE)
            except (KeyError, IndexError, ValueError):
                raise ValueError(
                    say(
                        f"ที่อยู่ “{page.url}” ใช้ได้เฉพาะ {{fiscal_year}} {{round}} {{indicator}}",
                        f"the address “{page.url}” may use only {{fiscal_year}}, {{round}} and {{indicator}}",
                    )
                ) from None
        return self

    @property
    def origin(self) -> str:
        """Scheme, host and port: the only place where credentials are typed."""
        return origin_of(self.base_url)

    def address(self, page: PageProfile, **values: object) -> str:
        """The full address of a page."""
        return self.base_url.rstrip("/") + page.url.format(**values)

    def is_login(self, url: str) -> bool:
        """Whether an address is that of the login page, whatever its query says besides."""
        login = self.address(self.login)
        asked, said = (dict(parse_qsl(urlsplit(address).query)) for address in (login, url))
        bare, there = (urlsplit(address)._replace(query="").geturl() for address in (login, url))
        return origin_of(url) == self.origin and same_page(bare, there) and asked.items() <= said.items()


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{parts.hostname}:{port}"


def same_page(url: str, other: str) -> bool:
    """Whether two addresses of one origin are the same page: path, but for a last slash, and query."""
    one, two = urlsplit(url), urlsplit(other)
    paths_agree = unquote(one.path).rstrip("/") == unquote(two.path).rstrip("/")
    return paths_agree and unquote(one.query) == unquote(two.query)


def _refuse_unsafe(url: str) -> None:
    """Refuse an address that is none, holds more than a place, or is not safe from being listened to."""
    try:
        address = urlsplit(url)
        port_is_good = address.port != 0
    except ValueError:
        port_is_good = False
    if not port_is_good:
        raise ValueError(say(f"ที่อยู่ระบบ {url} ไม่ถูกต้อง", f"{url} is no valid address"))
    if address.username or address.password or address.query:
        raise ValueError(
            say(
                "ที่อยู่ระบบต้องไม่มีชื่อผู้ใช้ รหัสผ่าน หรือ ?…",
                "the portal's address must hold no account and no query",
            )
        )
    if address.scheme != "https" and (address.scheme != "http" or address.hostname not in LOOPBACK):
        raise ValueError(
            say(
                f"ที่อยู่ระบบ {url} ต้องเป็น https:// (http:// ใช้ได้เฉพาะเครื่องนี้เอง)",
                f"the portal's address {url} must be https:// (http:// only on this machine)",
            )
        )


def load_profile(name_or_file: str, *, base_url: str | None = None, beside: Path | None = None) -> Profile:
    """A bundled profile by its name, or a profile file (from `beside`); `base_url` replaces its address.

    Raises:
        UsageError: there is no such profile, or it cannot be read; the message holds every fault.
    """
    try:
        text, where = _read(name_or_file, beside or Path())
    except (UnicodeDecodeError, OSError) as error:
        raise UsageError(
            say(f"อ่านโปรไฟล์ไม่ได้: {error}", f"the profile cannot be read: {error}"), where=name_or_file
        ) from error
    try:
        data = tomllib.loads(text)
        return Profile.model_validate(data if base_url is None else {**data, "base_url": base_url})
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            say(f"รูปแบบ TOML ไม่ถูกต้อง: {error}", f"this is not valid TOML: {error}"), where=where
        ) from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'base_url'}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        )
        raise UsageError(
            say(f"โปรไฟล์ระบบไม่ถูกต้อง: {faults}", f"the portal profile is wrong: {faults}"), where=where
        ) from error


def bundled_profiles() -> list[str]:
    """The names of the profiles that esar-bot carries."""
    folder = resources.files("flows") / "profiles"
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


def _read(name_or_file: str, beside: Path) -> tuple[str, str]:
    if name_or_file in bundled_profiles():
        bundled = resources.files("flows") / "profiles" / f"{name_or_file}.toml"
        return bundled.read_text(encoding="utf-8"), f"{name_or_file}.toml"
    file = beside / name_or_file
    if file.is_file():
        return file.read_text(encoding="utf-8-sig"), str(file)
    known = ", ".join(bundled_profiles())
    raise UsageError(
        say(f"ไม่พบโปรไฟล์ระบบ “{name_or_file}”", f"there is no portal profile “{name_or_file}”"),
        next_step=say(f"ใช้ชื่อ ({known}) หรือระบุแฟ้มโปรไฟล์", f"use a name ({known}) or a profile file"),
    )
