"""The evidence that a card's page lists, with the bytes that the portal really holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urljoin

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page

from esar_bot.errors import PortalChanged, Unavailable
from esar_bot.language import say
from esar_bot.portal import ObservedEvidence
from flows.locate import locator, the_one
from flows.profile import EvidenceRows, origin_of
from flows.session import MILLISECONDS, Session, unavailable

OK = 200


@dataclass
class EvidenceReader:
    """Reads evidence rows; what was downloaded once under a row's key is not downloaded again in this run."""

    session: Session
    _known: dict[str, ObservedEvidence] = field(default_factory=dict)

    async def read(self, page: Page, rows: EvidenceRows) -> tuple[ObservedEvidence, ...]:
        """All files that the page lists, in its order."""
        return tuple([await self._row(page, row, rows) for row in await locator(rows.row, page).all()])

    async def _row(self, page: Page, row: Locator, rows: EvidenceRows) -> ObservedEvidence:
        name = await the_one(rows.name, row, "evidence name")
        text = await name.text_content() or ""
        key = await row.get_attribute(rows.key_attribute) or text
        if not rows.download:
            return ObservedEvidence(key, text)
        link = urljoin(page.url, await name.get_attribute("href") or "")
        if link not in self._known:
            size, digest = await self._download(link, text)
            self._known[link] = ObservedEvidence(key, text, size, digest)
        return self._known[link]

    async def _download(self, link: str, name: str) -> tuple[int, str]:
        if origin_of(link) != self.session.profile.origin:
            raise PortalChanged(say(f"ไฟล์ “{name}” อยู่นอกระบบ: {link}", f"“{name}” lies elsewhere: {link}"))
        try:
            response = await self.session.context.request.get(
                link, max_redirects=0, timeout=self.session.profile.timeouts.save * MILLISECONDS
            )
            body = await response.body()
        except PlaywrightError as error:
            raise unavailable(self.session.profile, error.message.splitlines()[0], name) from None
        if response.status != OK:
            raise Unavailable(
                say(
                    f"ดาวน์โหลดไฟล์ “{name}” เพื่อตรวจกลับไม่ได้ (HTTP {response.status})",
                    f"“{name}” cannot be downloaded for checking (HTTP {response.status})",
                )
            )
        return len(body), hashlib.sha256(body).hexdigest()
