"""P1: a dry run writes nothing, whatever the portal's own pages try meanwhile.

Guard: `flows.guard.ReadOnlyGuard`, by which the browser session refuses every request that may write, and
`flows.pages.login._only_the_login_is_sent`. Let either pass everything and the autosave of the pages below
reaches the portal.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.rehearsal import MockPortal, Ran
from tests.trust.between import Answer, Ask, Between, Exchange

# A synchronous request is sent before the page is ready: the run cannot end before it was tried.
AUTOSAVE = """<script>
for (const way of ["POST", "PUT", "DELETE"]) try {
  const request = new XMLHttpRequest(); request.open(way, "/autosave", false); request.send("x");
} catch {}
navigator.sendBeacon("/beacon", "x");
</script>"""


async def autosaving(exchange: Exchange, ask: Ask) -> Answer:
    """Every page of the portal saves by itself as soon as it is shown."""
    answer = await ask(exchange)
    if not answer.is_page:
        return answer
    return answer.with_page(answer.body.decode().replace("<head>", f"<head>{AUTOSAVE}", 1))


def test_a_dry_run_sends_nothing_but_the_login(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between
) -> None:
    before = portal.state()["rounds"]
    between.meddle = autosaving
    ran = submit_12m("--dry-run")
    assert ran.code == 0, ran.stderr
    written = [(method, path) for method, path in between.seen if method != "GET"]
    assert written == [("POST", "/login")]
    assert portal.state()["rounds"] == before
    assert all(card["fields"] and card["add"] for card in ran.json["plan"]["cards"])


def test_the_pages_would_write_in_a_run_that_may(
    submit_12m: Callable[..., Ran], portal: MockPortal, between: Between
) -> None:
    between.meddle = autosaving
    submit_12m("--draft", "--yes")
    assert {("POST", "/beacon"), ("POST", "/autosave"), ("DELETE", "/autosave")} <= set(between.seen)
