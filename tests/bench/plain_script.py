"""The peer: what a careful engineer writes with Playwright in an afternoon. One page, one card after another.

It logs in, fills, attaches, saves, reads the fields back and submits; it knows the report beforehand.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

LABELS = {
    "result": "ผลการดำเนินงาน",
    "score": "ค่าคะแนนที่ได้",
    "performance": "คำชี้แจงการปฏิบัติงาน/มาตรการที่ได้ดำเนินการ",
    "supporting_factors": "ปัจจัยสนับสนุนต่อการดำเนินงาน",
    "obstacles": "ปัญหา/อุปสรรคต่อการดำเนินงาน",
    "suggestions": "ข้อเสนอแนะ",
    "evidence_list": "รายการหลักฐานอ้างอิง",
}


def main(url: str, job: Path, executable: str) -> None:
    """Do the job that a JSON file describes: {"1.1": {"fields": {…}, "files": […]}}."""
    cards = json.loads(job.read_text(encoding="utf-8"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable or None)
        page = browser.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{url}/login")
        page.get_by_label("ชื่อผู้ใช้").fill("officer")
        page.get_by_label("รหัสผ่าน").fill("rehearse-2570")
        page.get_by_role("button", name="เข้าสู่ระบบ").click()
        expect(page.get_by_test_id("signed-in")).to_be_visible()
        for number, card in cards.items():
            fill(page, f"{url}/2570/9m/cards/{number}", card)
        page.goto(f"{url}/2570/9m/summary")
        page.get_by_label("ข้าพเจ้าขอรับรองว่าข้อมูลและหลักฐานที่รายงานถูกต้องครบถ้วนตามจริง").check()
        page.get_by_role("button", name="ส่งรายงาน").click()
        expect(page.get_by_test_id("confirmation")).to_be_visible()
        browser.close()


def fill(page: Page, card_url: str, card: dict[str, dict[str, str]]) -> None:
    """Fill and save one card, then compare the read-only view."""
    page.goto(f"{card_url}/edit")
    for name, value in card["fields"].items():
        page.get_by_label(LABELS[name], exact=True).fill(value)
    page.get_by_label("แนบไฟล์หลักฐานอ้างอิง").set_input_files(list(card["files"]))
    page.get_by_role("button", name="บันทึกร่าง").click()
    expect(page.get_by_test_id("saved")).to_be_visible()
    page.goto(card_url)
    for name, value in card["fields"].items():
        if page.locator(f"[data-field='{name}']").text_content() != value:
            sys.exit(f"{card_url}: {name} reads otherwise")
    expect(page.get_by_test_id("evidence-row")).to_have_count(len(card["files"]))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
