"""P10: what may mean two things stops the run before anything is written there, and is named.

Guards: `flows.locate.refuse_unless_one` (an element that is missing or doubled), `_look` and
`_refuse_unknown_required` of `flows.pages.card_form` (another card's form, a field that nobody described),
the states that `flows.pages.round.read_round` and `flows.pages.card_view.read_card` know,
`flows.session.Session._arrive` (a page of another round), and `esar_bot.refusals.refuse_another_report` (the
report of another agency). Take one of them away and the rows that it stands for fail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rehearsal import MockPortal, Ran, write_profile
from tests.trust.between import DELETION, SAVE, SUBMISSION, Answer, Ask, Between, Exchange
from tests.trust.conftest import NUMBERS, ROUND
from tests.trust.end_state import revise

Change = Callable[[str], str]
Meddle = Callable[[Exchange, Ask], object]
ROUND_PAGE = re.compile(rf"^/2570/{ROUND}$")
VIEW = re.compile(rf"^/2570/{ROUND}/cards/[\d.]+$")
SUMMARY = re.compile(rf"^/2570/{ROUND}/summary$")


def instead_of(old: str, new: str) -> Change:
    """Another page: with something else in the place of what stands there once."""

    def change(page: str) -> str:
        assert page.count(old) == 1, (page.count(old), old)
        return page.replace(old, new)

    return change


def twice(pattern: str) -> Change:
    """Another page: with something in it a second time."""

    def change(page: str) -> str:
        found = re.search(pattern, page, re.DOTALL)
        assert found is not None, pattern
        return page.replace(found[0], found[0] * 2, 1)

    return change


def only_on(at: re.Pattern[str], change: Change) -> Meddle:
    """Show these pages otherwise, whenever they are asked for."""

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        answer = await ask(exchange)
        if exchange.method != "GET" or not at.search(exchange.path):
            return answer
        return answer.with_page(change(answer.body.decode()))

    return meddle


def on_forms(changes: dict[str, Change]) -> Meddle:
    """Show the forms of some indicators otherwise."""

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        answer = await ask(exchange)
        found = SAVE.search(exchange.path)
        change = changes.get(found["number"]) if found and exchange.method == "GET" else None
        return answer.with_page(change(answer.body.decode())) if change else answer

    return meddle


RESULT = "ผลการดำเนินงาน"
FORMS: dict[str, tuple[Change, str]] = {
    "two matching labels": (
        instead_of(
            "<fieldset>\n    <legend>คำชี้แจง", f"<label>{RESULT}<input name=x></label><fieldset><legend>คำชี้แจง"
        ),
        "“result” is there 2 times",
    ),
    "a missing field": (
        instead_of(">ปัญหา/อุปสรรคต่อการดำเนินงาน</label>", ">ปัญหา</label>"),
        "“obstacles” is not on the page",
    ),
    "an unknown required field": (
        instead_of("<legend>หลักฐานอ้างอิง</legend>", "<input name=national_strategy required>"),
        "unknown required fields: national_strategy",
    ),
    "another form's indicator": (
        lambda page: re.sub(r'(data-testid="card-indicator">)[\d.]+', r"\g<1>9.9", page),
        "opened indicator 9.9 instead",
    ),
    "two buttons to save": (twice(r'<button type="submit">บันทึกร่าง</button>'), "“save” is there 2 times"),
    "no place for files": (
        instead_of(">แนบไฟล์หลักฐานอ้างอิง</label>", ">แนบไฟล์</label>"),
        "“evidence” is not on the page",
    ),
    "two forms": (
        instead_of("</main>", '<form data-testid="card-form"></form></main>'),
        "“form” is there 2 times",
    ),
    "a renamed form": (
        instead_of('data-testid="card-form"', 'data-testid="sar-form"'),
        "not as the profile says",
    ),
}
PAIRS = list(zip(list(FORMS)[::2], list(FORMS)[1::2], strict=True))


def told_of(ran: Ran, number: str) -> str:
    """What was said of one card's form."""
    before, _ = re.split(rf"where: (?:form of indicator {number}|.*/cards/{number}/edit)", ran.stderr)
    return before.splitlines()[-2]


@pytest.mark.parametrize("pair", PAIRS, ids="; ".join)
def test_nothing_of_a_form_that_does_not_fit_is_saved(
    submit_12m: Callable[..., Ran],
    portal: MockPortal,
    between: Between,
    tmp_path: Path,
    pair: tuple[str, str],
) -> None:
    impatient = write_profile(tmp_path / "impatient.toml", "page = 30", "page = 5")
    before = portal.state()["rounds"]
    between.meddle = on_forms({number: FORMS[name][0] for number, name in zip(NUMBERS, pair, strict=True)})
    ran = submit_12m("--yes", "--profile", impatient)
    assert ran.code == 8, ran.stderr
    for number, name in zip(NUMBERS, pair, strict=True):
        assert FORMS[name][1] in told_of(ran, number)
    assert between.posts() == ["/login"]
    assert portal.state()["rounds"] == before


def test_one_form_that_does_not_fit_costs_the_others_nothing(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between
) -> None:
    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """Whoever opens the form of 1.1 is shown the one of 1.2, whole and in order."""
        if exchange.method == "GET" and SAVE.search(exchange.path):
            exchange = replace(exchange, path=exchange.path.replace("/1.1/", "/1.2/"))
        return await ask(exchange)

    between.meddle = meddle
    ran = submit_12m("--yes")
    assert ran.code == 5, ran.stderr
    assert "opened indicator 1.2 instead" in told_of(ran, "1.1")
    assert {card["indicator"]: card["outcome"] for card in ran.json["cards"]} == {
        "1.1": "failed",
        "1.2": "saved",
    }
    assert [portal.card(ROUND, number)["saves"] for number in NUMBERS] == [0, 1]
    assert between.posts(SUBMISSION) == []


READ: dict[str, tuple[re.Pattern[str], Change, str]] = {
    "two rows of one indicator": (
        ROUND_PAGE,
        twice(r'<tr data-testid="indicator-row" data-indicator="1\.2">.*?</tr>'),
        "“1.2” is there 2 times",
    ),
    "no row of an indicator": (
        ROUND_PAGE,
        instead_of('data-indicator="1.2"', 'data-indicator="1.20"'),
        "“1.2” is not on the page",
    ),
    "an unknown state of the round": (
        ROUND_PAGE,
        instead_of('"round-status" data-status="draft"', '"round-status" data-status="archived"'),
        "unknown state of the round: “archived”",
    ),
    "an unknown window": (
        ROUND_PAGE,
        instead_of('data-window="open"', 'data-window="extended"'),
        "unknown state of the round: “draft” / “extended”",
    ),
    "an unknown state of a card": (
        VIEW,
        instead_of('"card-status" data-status="draft"', '"card-status" data-status="certified"'),
        "unknown state “certified”",
    ),
    "another card's view": (
        VIEW,
        instead_of('data-testid="card-indicator">1.1', 'data-testid="card-indicator">1.2'),
        "opened indicator 1.2 instead",
    ),
    "a field shown twice": (VIEW, twice(r'<dd data-field="result">.*?</dd>'), "“result” is there 2 times"),
    "a field not shown": (
        VIEW,
        instead_of('data-field="obstacles"', 'data-field="problems"'),
        "“obstacles” is not on the page",
    ),
}


@pytest.mark.parametrize("name", READ)
def test_a_page_that_may_mean_two_things_is_not_read(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between, name: str
) -> None:
    portal.edit(ROUND, "1.1", suggestions="เคยบันทึกไว้")  # a card that was never touched is not opened
    before = portal.state()["rounds"]
    at, change, told = READ[name]
    between.meddle = only_on(at, change)
    ran = submit_12m("--yes")
    assert ran.code == 8, ran.stderr
    assert told in ran.json["error"]["what"]
    assert ran.json["error"]["where"]
    assert between.posts() == ["/login"]
    assert portal.state()["rounds"] == before


@pytest.mark.parametrize(
    ("at", "testid", "told"),
    [(ROUND_PAGE, "agency", "agency “"), (VIEW, "card-name", "indicator 1.1 “")],
    ids=["agency", "indicator"],
)
def test_another_report_than_the_agreements_is_left_alone(
    submit_12m: Callable[..., Ran],
    portal: MockPortal,
    between: Between,
    at: re.Pattern[str],
    testid: str,
    told: str,
) -> None:
    portal.edit(ROUND, "1.1", suggestions="เคยบันทึกไว้")  # a card that was never touched is not opened
    before = portal.state()["rounds"]
    between.meddle = only_on(at, instead_of(f'data-testid="{testid}">', f'data-testid="{testid}">อีก'))
    ran = submit_12m("--yes")
    assert ran.code == 6, ran.stderr
    assert told in ran.json["error"]["what"]
    assert between.posts() == ["/login"]
    assert portal.state()["rounds"] == before


def test_an_indicator_that_the_portal_calls_otherwise_is_not_written(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between
) -> None:
    """Of a card that was never touched, the form is the first that is seen."""
    before = portal.state()["rounds"]
    between.meddle = only_on(SAVE, instead_of('data-testid="card-name">', 'data-testid="card-name">อีก'))
    ran = submit_12m("--yes")
    assert ran.code == 6, ran.stderr
    assert "the portal calls this indicator “อีก" in ran.stderr
    assert between.posts() == ["/login"]
    assert portal.state()["rounds"] == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (twice(r"<button[^>]*>ส่งรายงาน</button>"), "“submit” is there 2 times"),
        (instead_of("ข้าพเจ้าขอรับรองว่า", "ข้าพเจ้ายินยอมว่า"), "“declaration” is not on the page"),
    ],
    ids=["two buttons to submit", "another declaration"],
)
def test_a_round_is_not_submitted_on_a_page_that_does_not_fit(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between, change: Change, told: str
) -> None:
    between.meddle = only_on(SUMMARY, change)
    ran = submit_12m("--yes")
    assert ran.code == 8, ran.stderr
    assert told in ran.json["error"]["what"]
    assert (ran.json["outcome"], between.posts(SUBMISSION)) == ("not-submitted", [])
    assert portal.state()["rounds"][ROUND]["status"] == "draft"


@pytest.mark.parametrize(
    "led_away", ["", r"/cards/[\d.]+/edit$", r"/summary$"], ids=["every page", "the form", "the submission"]
)
def test_the_page_of_another_round_is_neither_read_nor_written(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between, led_away: str
) -> None:
    before = portal.state()["rounds"]

    async def meddle(exchange: Exchange, ask: Ask) -> Answer:
        """The portal leads to the 9-month round instead: its pages look just the same."""
        if exchange.method == "GET" and re.match(f"/2570/{ROUND}.*{led_away}", exchange.path):
            return Answer(302, [(b"location", exchange.path.replace(ROUND, "9m", 1).encode())], b"")
        return await ask(exchange)

    between.meddle = meddle
    ran = submit_12m("--yes")
    assert ran.code == 8, ran.stderr
    assert "leads to another page" in ran.json["error"]["what"]
    assert portal.state()["rounds"]["9m"] == before["9m"]
    assert between.posts(SUBMISSION) == []
    assert bool(between.posts(SAVE)) == (led_away == r"/summary$")


def test_no_file_is_deleted_where_two_buttons_would_do_it(
    submit_12m: Callable[..., Ran], workspace: Path, portal: MockPortal, between: Between
) -> None:
    assert submit_12m("--draft", "--yes").code == 0
    revise(workspace)
    between.meddle = only_on(SAVE, lambda page: re.sub(r'(<button class="danger.*?</button>)', r"\1\1", page))
    ran = submit_12m("--yes")
    assert between.posts(DELETION) == []
    assert ran.code == 5, ran.stderr
    told = ran.stderr[: ran.stderr.index("where: the same of 2 indicators: 1.1, 1.2")].splitlines()[-2]
    assert "“report.pdf” is there 2 times" in told
    assert [card["outcome"] for card in ran.json["cards"]] == ["mismatch", "mismatch"]
    assert "it is not known" not in ran.stderr, "the save was read back"
    assert sorted(file["name"] for file in portal.card(ROUND, "1.1")["evidence"]) == [
        "minutes.pdf",
        "report.pdf",
        "report.pdf",
    ]
