"""An evidence file name that is longer than the portal keeps."""

from collections.abc import Iterator

from esar_bot.language import say
from esar_bot.precheck.rule import Problem, Rule, Subject
from esar_bot.precheck.wording import evidence_name


def check(subject: Subject) -> Iterator[Problem]:
    limit = subject.limits.file_name_bytes
    if limit is None:
        return
    for item in subject.evidence:
        length = len(item.name.encode(errors="surrogatepass"))
        if length > limit:
            entry = evidence_name(item.evidence)
            yield Problem(
                item.at("file"),
                say(
                    f"ชื่อแฟ้มของ{entry} ยาว {length} ไบต์ ระบบรับได้ {limit}",
                    f"the file name of {entry} has {length} bytes, the portal takes {limit}",
                ),
                say(
                    "ตั้งชื่อให้สั้นลง (อักษรไทยหนึ่งตัวใช้ 3 ไบต์)",
                    "give it a shorter name (a Thai letter takes 3 bytes)",
                ),
            )


RULE = Rule("evidence-name-too-long", ("evidence.file",), check)
