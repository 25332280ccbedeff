"""The evidence that a card's page lists, with the bytes that the portal really holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from esar_bot.errors import PortalChanged, Unavailable
from esar_bot.language import say
from esar_bot.portal import ObservedEvidence
from flows.faults import first_line, unavailable
from flows.locate import locator
from flows.profile import EvidenceRows, origin_of
from flows.session import MILLISECONDS, Session, read_attempts

OK = 200
KEYS = "(rows, attribute) => rows.map(row => row.getAttribute(attribute))"
NAMES = "names => names.map(name => [name.textContent, name.getAttribute('href') ?? ''])"


@dataclass
class EvidenceReader:
    """Reads evidence rows, and downloads each file to know its bytes, where the profile says that it can."""

    session: Session

    async def read(self, page: Page, rows: EvidenceRows) -> tuple[ObservedEvidence, ...]:
        """All files that the page lists, in its order."""
        listed = locator(rows.row, page)
        keys = await listed.evaluate_all(KEYS, rows.key_attribute)
        names = await locator(rows.name, listed).evaluate_all(NAMES) if keys else []
        if len(names) != len(keys):
            raise PortalChanged(
                say(
                    f"ตารางหลักฐานมี {len(keys)} แถว แต่พบชื่อไฟล์ {len(names)} ชื่อ",
                    f"the evidence table has {len(keys)} rows and {len(names)} file names",
                ),
                where=page.url,
            )
        return tuple(
            [
                await self._file(key or name, name, urljoin(page.url, href), page.url, rows)
                for key, (name, href) in zip(keys, names, strict=True)
            ]
        )

    async def _file(
        self, key: str, text: str, link: str, page_url: str, rows: EvidenceRows
    ) -> ObservedEvidence:
        if not rows.download:
            return ObservedEvidence(key, text)
        if link == page_url:
            raise PortalChanged(
                say(f"ชื่อไฟล์ “{text}” ไม่มีลิงก์ดาวน์โหลด", f"the file name “{text}” is no link"),
                where=page_url,
                next_step=say("แก้โปรไฟล์: download = false", "mend the profile: download = false"),
            )
        async for attempt in read_attempts():
            with attempt:
                size, digest = await self._download(link, text)
        return ObservedEvidence(key, text, size, digest)

    async def _download(self, link: str, name: str) -> tuple[int, str]:
        if origin_of(link) != self.session.profile.origin:
            raise PortalChanged(say(f"ไฟล์ “{name}” อยู่นอกระบบ: {link}", f"“{name}” lies elsewhere: {link}"))
        try:
            response = await self.session.context.request.get(
                link, max_redirects=0, timeout=self.session.profile.timeouts.save * MILLISECONDS
            )
            body = await response.body()
        except PlaywrightError as error:
            raise unavailable(self.session.profile, first_line(error), name) from None
        if response.status != OK:
            raise Unavailable(
                say(
                    f"ดาวน์โหลดไฟล์ “{name}” เพื่อตรวจกลับไม่ได้ (HTTP {response.status})",
                    f"“{name}” cannot be downloaded for checking (HTTP {response.status})",
                )
            )
        return len(body), hashlib.sha256(body).hexdigest()
