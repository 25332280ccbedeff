"""The Portal that a browser and a profile make: what `esar_bot.run` applies its plans through."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from esar_bot.errors import PersonNeeded
from esar_bot.language import say
from esar_bot.portal import Begin, ObservedCard, ObservedEvidence, ObservedRound, State
from flows.pages import card_form, card_view, submission
from flows.pages import round as round_page
from flows.pages.card_address import CardAddress
from flows.pages.evidence import EvidenceReader
from flows.session import Session


@dataclass
class BrowserPortal:
    """A portal of one fiscal year, worked through a browser: an `esar_bot.portal.Portal`."""

    session: Session
    fiscal_year: int

    def __post_init__(self) -> None:
        self._files = EvidenceReader(self.session)

    @property
    def fields(self) -> frozenset[str]:
        """The card fields that this portal has."""
        return frozenset(self.session.profile.card_form.fields)

    async def allow_writes(self) -> None:
        """Let writes out, now that the plan was confirmed; an uncalibrated profile never does."""
        profile = self.session.profile
        if not profile.calibrated:
            raise PersonNeeded(
                say(
                    f"โปรไฟล์ {profile.name} ยังไม่ได้สอบเทียบกับหน้าระบบจริง จึงอ่านได้แต่เขียนไม่ได้",
                    f"the profile {profile.name} is not calibrated: it may read but not write",
                ),
                next_step=say(
                    "ใช้ --dry-run หรือสอบเทียบโปรไฟล์กับหน้าระบบก่อน",
                    "use --dry-run, or calibrate the profile first",
                ),
            )
        await self.session.allow_writes()

    async def observe_round(self, round_key: str, indicators: Sequence[str]) -> ObservedRound:
        """Read the round's state and these cards, several at a time."""
        year = self.fiscal_year
        async with self.session.page() as page:
            shown = await round_page.read_round(self.session, page, year, round_key, indicators)
            confirmation = (
                await round_page.read_confirmation(self.session, page, year, round_key)
                if shown.state.is_locked
                else None
            )
        opened = await asyncio.gather(
            *(self.observe_card(round_key, number) for number in indicators if number not in shown.untouched)
        )
        untouched = (ObservedCard(number, State.EMPTY, {}) for number in shown.untouched)
        cards = {card.indicator: card for card in (*untouched, *opened)}
        return ObservedRound(
            year, round_key, shown.state, shown.window, confirmation, cards, shown.agency, shown.others
        )

    async def observe_card(self, round_key: str, indicator: str) -> ObservedCard:
        """Read one card from its read-only view."""
        async with self.session.page() as page:
            return await card_view.read_card(
                self.session, page, self._card(round_key, indicator), self._files
            )

    async def witness_card(self, round_key: str, indicator: str) -> tuple[ObservedCard, bytes | None]:
        """Read one card from its read-only view, with a JPEG of that very view, if it shows no secret."""
        async with self.session.page() as page:
            card = await card_view.read_card(
                self.session, page, self._card(round_key, indicator), self._files
            )
            return card, await self.session.camera.picture_of(page)

    async def save_card(
        self,
        round_key: str,
        planned_on: ObservedCard,
        fields: Mapping[str, str],
        files: Sequence[Path],
        begin: Begin,
    ) -> None:
        """Write fields and attach files to a card's draft, in one save."""
        card = self._card(round_key, planned_on.indicator)
        async with self.session.page() as page:
            await card_form.save_card(self.session, page, card, planned_on, fields, files, begin=begin)

    async def delete_evidence(
        self, round_key: str, indicator: str, evidence: ObservedEvidence, begin: Begin
    ) -> None:
        """Delete one evidence file."""
        async with self.session.page() as page:
            card = self._card(round_key, indicator)
            await card_form.delete_evidence(self.session, page, card, evidence, begin)

    async def submit_round(self, round_key: str, begin: Begin) -> None:
        """Declare and submit the round: the irreversible act."""
        async with self.session.page() as page:
            await submission.submit_round(self.session, page, self.fiscal_year, round_key, begin)

    def _card(self, round_key: str, indicator: str) -> CardAddress:
        return CardAddress(self.fiscal_year, round_key, indicator)
