"""A page counts only at the address that was asked for: another round's page looks just the same (P10)."""

from __future__ import annotations

import pytest

from esar_bot.errors import PortalChanged
from flows.profile import same_page

ASKED, OTHER = "/2570/12m", "/2570/9m"
ROUND_PAGE = "<p data-testid=round-status>ร่าง</p>"


@pytest.fixture
def arrive(in_guarded_browser, profile):
    def run():
        async def work(session):
            async with session.page() as page:
                await session.open(page, profile.round, "round", fiscal_year=2570, round="12m")

        in_guarded_browser(work)

    return run


@pytest.mark.parametrize("to", [OTHER, f"{ASKED}?round=9m", f"{ASKED}/9m"])
def test_a_page_that_the_portal_leads_to_instead_is_refused(pages, arrive, to):
    pages.html.update({OTHER: ROUND_PAGE, f"{ASKED}/9m": ROUND_PAGE})
    if "?" in to:
        pages.html[ASKED] = f"<script>location.search || location.replace('{to}')</script>"
        pages.html[ASKED] += f"<script>location.search && document.write('{ROUND_PAGE}')</script>"
    else:
        pages.redirects[ASKED] = to
    with pytest.raises(PortalChanged, match="หน้าอื่น") as caught:
        arrive()
    assert to in str(caught.value)


def test_a_page_that_a_script_leads_to_instead_is_refused(pages, arrive):
    pages.html.update({ASKED: f"<script>location.replace('{OTHER}')</script>", OTHER: ROUND_PAGE})
    with pytest.raises(PortalChanged, match="หน้าอื่น"):
        arrive()


def test_a_last_slash_makes_no_other_page(pages, arrive):
    pages.redirects[ASKED] = f"{ASKED}/"
    pages.html[f"{ASKED}/"] = ROUND_PAGE
    arrive()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a/x/1.1", "https://a/x/1.1/", True),
        ("https://a/รอบ?ปี=2570", "https://a/%E0%B8%A3%E0%B8%AD%E0%B8%9A?%E0%B8%9B%E0%B8%B5=2570", True),
        ("https://a/x#top", "https://a/x", True),
        ("https://a/x", "https://a/y", False),
        ("https://a/x?id=1", "https://a/x?id=2", False),
        ("https://a/x?id=1", "https://a/x", False),
        ("https://a/x%3Fid=1", "https://a/x?id=1", False),
        ("https://a/X", "https://a/x", False),
    ],
)
def test_what_makes_two_addresses_one_page(one, other, same):
    assert same_page(one, other) is same
    assert same_page(other, one) is same
