"""What a browser says went wrong, in the words of esar-bot."""

from __future__ import annotations

import re

from playwright.async_api import Error as PlaywrightError

from esar_bot.errors import PortalChanged, Unavailable
from esar_bot.language import say
from flows.profile import PageProfile, Profile


def first_line(error: PlaywrightError) -> str:
    """What Playwright says, without the name of the call and its log."""
    said = error.message.splitlines()[0] if error.message else type(error).__name__
    return re.sub(r"^\w+\.\w+: ", "", said)


def unavailable(profile: Profile, reason: str, what: str) -> Unavailable:
    """The portal did not answer as a working server does."""
    return Unavailable(
        say(
            f"ติดต่อระบบ {profile.base_url} ไม่ได้ ({reason})",
            f"the portal {profile.base_url} does not answer ({reason})",
        ),
        where=what,
        next_step=say(
            "ตรวจเครือข่ายและที่อยู่ระบบ แล้วสั่งซ้ำ",
            "check the network and the portal's address, then run again",
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
