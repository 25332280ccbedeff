"""The evidence that a card's page lists, with the bytes that the portal really holds."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from esar_bot.errors import PortalChanged, Unavailable
from esar_bot.language import say
from esar_bot.portal import ObservedEvidence
from flows.faults import Unrepeatable, no_answer, unavailable
from flows.locate import MILLISECONDS
from flows.look import Row, RowsOf
from flows.patience import is_fault
from flows.profile import EvidenceRows, origin_of
from flows.session import Session

OK = 200


class NotGiven(Unrepeatable):
    """The portal does not give a file that its page lists, as where the session has ended meanwhile."""


def evidence_rows(place: EvidenceRows) -> RowsOf:
    """The list of a card's evidence, to be looked at."""
    return RowsOf(place.row, place.key_attribute, place.name)


@dataclass
class EvidenceReader:
    """Reads evidence rows, and downloads each file to know its bytes, where the profile says that it can.

    Each is downloaded once in a run: under one link and name a portal keeps the same bytes.
    """

    session: Session
    _known: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    async def read(
        self, page: Page, place: EvidenceRows, listed: Sequence[Row]
    ) -> tuple[ObservedEvidence, ...]:
        """All files of the rows that the page lists, in its order."""
        return tuple([await self._file(row, page.url, place) for row in listed])

    async def _file(self, row: Row, page_url: str, place: EvidenceRows) -> ObservedEvidence:
        key, text, link = row.key or row.part, row.part, urljoin(page_url, row.link)
        if not place.download:
            return ObservedEvidence(key, text)
        if link == page_url:
            raise PortalChanged(
                say(f"ชื่อไฟล์ “{text}” ไม่มีลิงก์ดาวน์โหลด", f"the file name “{text}” is no link"),
                where=page_url,
                next_step=say("แก้โปรไฟล์: download = false", "mend the profile: download = false"),
            )
        if (link, text) not in self._known:
            async for attempt in self.session.patience.attempts():
                with attempt:
                    self._known[link, text] = await self._download(link, text)
        return ObservedEvidence(key, text, *self._known[link, text])

    async def _download(self, link: str, name: str) -> tuple[int, str]:
        if origin_of(link) != self.session.profile.origin:
            raise PortalChanged(
                say(f"ไฟล์ “{name}” อยู่นอกระบบ", f"the file “{name}” lies elsewhere"),
                where=link,
                next_step=say(
                    "ตรวจที่อยู่นี้ หากเป็นของระบบจริง ให้แก้โปรไฟล์: download = false",
                    "look at that address; if it is the portal's own, set download = false in the profile",
                ),
            )
        profile, patience = self.session.profile, self.session.patience
        await patience.rest(name)
        try:
            response = await self.session.context.request.get(
                link, max_redirects=0, timeout=profile.timeouts.save * MILLISECONDS
            )
            body = await response.body()
        except PlaywrightError as error:
            raise no_answer(profile, error, name) from None
        if response.status != OK:
            rest = patience.told(response.status, response.headers)
            kind = Unavailable if is_fault(response.status) else NotGiven
            reason = say("ดาวน์โหลดไฟล์เพื่ออ่านทวน", "downloading it for checking")
            raise unavailable(profile, f"{reason}: HTTP {response.status}", name, rest, kind)
        return len(body), hashlib.sha256(body).hexdigest()
