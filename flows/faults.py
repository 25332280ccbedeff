"""What goes wrong between the browser and the portal, in the words of esar-bot."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import PersonNeeded, PortalChanged, Unavailable
from esar_bot.language import say
from esar_bot.models import thai_date
from flows.profile import Locate, PageProfile, Profile

BANGKOK = ZoneInfo("Asia/Bangkok")
ASKING_TO_WAIT = {429, 503}  # too many requests, service unavailable
SIGN_CHARACTERS = 160  # of what a page says in many words
STEPS = ("OTP", "CAPTCHA", "ThaID")  # that only a person can take
NOT_TRUSTED = re.compile(r"net::ERR_(?:CERT|SSL)_\w+|\bcertificate\b")  # as Chromium and Node say it


class Unrepeatable(Unavailable):
    """The portal did not answer as a working server does, and asking the same again would be no reading."""


def first_line(error: PlaywrightError) -> str:
    """What Playwright says, without the name of the call and its log."""
    said = error.message.splitlines()[0] if error.message else type(error).__name__
    return re.sub(r"^\w+\.\w+: ", "", said)


def unavailable(
    profile: Profile,
    reason: str,
    what: str,
    retry_after: float | None = None,
    kind: type[Unavailable] = Unavailable,
) -> Unavailable:
    """The portal did not answer as a working server does."""
    return kind(
        say(
            f"ติดต่อระบบ {profile.base_url} ไม่ได้ ({reason})",
            f"the portal {profile.base_url} does not answer ({reason})",
        ),
        where=what,
        next_step=_later(retry_after),
        retry_after=retry_after,
    )


def answered(
    status: int,
    profile: Profile,
    what: str,
    retry_after: float | None = None,
    kind: type[Unavailable] = Unavailable,
) -> Unavailable:
    """The portal's server answered with a fault; one that only asks to wait is no fault of the network's."""
    if status not in ASKING_TO_WAIT:
        return unavailable(profile, f"HTTP {status}", what, retry_after, kind)
    return kind(
        say(
            f"ระบบยังไม่รับคำขอในขณะนี้ (HTTP {status})",
            f"the portal takes no requests at the moment (HTTP {status})",
        ),
        where=what,
        next_step=_later(retry_after) if retry_after else _when_it_is_open(),
        retry_after=retry_after,
    )


def under_repair(words: str, what: str) -> Unavailable:
    """The portal says, in its own words, that it is closed for a while."""
    return Unavailable(
        say(
            f"ระบบปิดปรับปรุงชั่วคราว (ข้อความของระบบ: {shortened(words)})",
            f"the portal is closed for maintenance (it says: {shortened(words)})",
        ),
        where=what,
        next_step=_when_it_is_open(),
    )


def _when_it_is_open() -> str:
    return say(
        "รอให้ระบบเปิด แล้วสั่งซ้ำ หากใกล้ครบกำหนดส่ง ให้แจ้งผู้ดูแลระบบ e-SAR และเก็บภาพหน้านี้ไว้เป็นหลักฐาน",
        "wait until it is open, then run again; close to the deadline, tell the portal's office and keep a"
        " picture of this page as evidence",
    )


def _later(retry_after: float | None) -> str:
    if not retry_after:
        return say(
            "ตรวจเครือข่ายและที่อยู่ระบบ แล้วสั่งซ้ำ",
            "check the network and the portal's address, then run again",
        )
    until = (datetime.now(UTC) + timedelta(seconds=retry_after + 1)).astimezone(BANGKOK)
    return say(
        f"ระบบขอให้รอถึงวันที่ {thai_date(until.date())} เวลา {until:%H.%M.%S} น. แล้วจึงสั่งซ้ำ",
        f"the portal asks to wait until {until:%Y-%m-%d %H:%M:%S} (Bangkok); run again after that",
    )


def shortened(words: str) -> str:
    """What a page says, on one line that a person reads to its end."""
    line = " ".join(words.split())
    if len(line) <= SIGN_CHARACTERS:
        return line
    cut = line[:SIGN_CHARACTERS]
    return f"{cut.rpartition(' ')[0] or cut} …"


def no_answer(profile: Profile, error: PlaywrightError, what: str) -> Unavailable | PersonNeeded:
    """Why a page did not come. A certificate that is not trusted is for a person to see, and never passed."""
    reason = first_line(error)
    found = NOT_TRUSTED.search(reason)
    if found is None:
        return unavailable(profile, reason, what)
    return PersonNeeded(
        say(
            f"ใบรับรองความปลอดภัยของระบบ {profile.base_url} ไม่น่าเชื่อถือ ({reason}) จึงไม่ได้กรอกรหัสผ่าน",
            f"the certificate of {profile.base_url} is not trusted ({reason}); no password was typed",
        ),
        where=what,
        next_step=say(
            "ตรวจวันเวลาของเครื่อง เครือข่าย และที่อยู่ระบบ แล้วแจ้งผู้ดูแลระบบ อย่าข้ามคำเตือนนี้",
            "check this computer's date, the network and the address, then tell the portal's office;"
            " do not pass over this warning",
        ),
    )


def leads_elsewhere(url: str, what: str) -> PortalChanged:
    """The portal leads to a host that is not its own, as far as the profile knows."""
    return PortalChanged(
        say(f"ระบบพาไปยังที่อื่น: {url}", f"the portal leads elsewhere: {url}"),
        where=what,
        next_step=say(
            "ตรวจที่อยู่นี้ หากเป็นของระบบจริงให้เพิ่มใน hosts ของโปรไฟล์",
            "look at that address; if it is the portal's own, add it to the profile's hosts",
        ),
    )


def another_page(url: str, what: str) -> PortalChanged:
    """The portal shows a page as described, but at another address: that of another round, perhaps."""
    return PortalChanged(
        say(f"ระบบพาไปยังหน้าอื่น: {url}", f"the portal leads to another page: {url}"),
        where=what,
        next_step=say(
            "ตรวจหน้านั้น หากเป็นหน้าที่ต้องการจริง ให้แก้ url ในโปรไฟล์เป็นที่อยู่ที่ระบบพาไป",
            "look at that page; if it is the right one, give the profile the address that it has",
        ),
    )


def another_indicator(number: str, what: str) -> PortalChanged:
    """A card's page came that is another indicator's."""
    return PortalChanged(
        say(f"ระบบเปิดตัวชี้วัด {number} แทน", f"the portal opened indicator {number} instead"),
        where=what,
        next_step=say(
            "สั่งซ้ำ หากยังเป็นเช่นเดิม ให้แก้ url ในโปรไฟล์", "run again; if it stays so, mend the url in the profile"
        ),
    )


def person_asked_for(words: str, sign: Locate, url: str, what: str) -> PersonNeeded:
    """A page came that only a person can answer: what it asks for, in its own words."""
    asked = shortened(words) or str(sign)
    known = next((kind for kind in STEPS if kind.lower() in f"{sign} {words}".lower()), None)
    lead = f"{known}: " if known else ""
    return PersonNeeded(
        lead + say(f"ระบบขอให้ผู้บันทึกดำเนินการเอง: {asked}", f"the portal asks for a person: {asked}"),
        where=f"{what} ({url})",
        next_step=say(
            "สั่ง esar-bot login แล้วเข้าสู่ระบบด้วยตนเองในหน้าต่างที่เปิดขึ้น จากนั้นจึงสั่งซ้ำ",
            "run esar-bot login and sign in yourself in the window that it opens, then run this again",
        ),
    )


def not_as_described(place: PageProfile, url: str, what: str) -> PortalChanged:
    """A page came that does not show what the profile waits for."""
    return PortalChanged(
        say("หน้านี้ไม่เป็นไปตามโปรไฟล์", "this page is not as the profile says"),
        where=f"{what} ({url})",
        next_step=say(
            f"ตรวจหน้าระบบ แล้วแก้ ready ({place.ready}) ในโปรไฟล์",
            f"look at the page, then mend its ready condition ({place.ready}) in the profile",
        ),
    )
