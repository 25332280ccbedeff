"""The workspace that `esar-bot init` writes: commented, small, and passing the check."""

from __future__ import annotations

from importlib import resources
from io import BytesIO
from pathlib import Path

from esar_bot.errors import UsageError
from esar_bot.language import say
from esar_bot.workspace.folder import SETTINGS

PLACEHOLDER = "(ตัวอย่าง)"
_PROGRESS: dict[str, dict[str, tuple[str, str | None]]] = {
    "3m": {"1.1": ("N/A", None), "1.2": ("1", None)},
    "6m": {"1.1": ("84.20", None), "1.2": ("2", None)},
    "9m": {"1.1": ("86.75", None), "1.2": ("3", None)},
    "12m": {"1.1": ("88.40", "4.3600"), "1.2": ("5", "5.0000")},
}


def write_template(folder: Path) -> list[Path]:
    """Write a new workspace and return its files.

    Raises:
        UsageError: the folder already holds something, or is none.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(
            say(f"{folder} เป็นแฟ้ม ไม่ใช่โฟลเดอร์", f"{folder} is a file, not a folder"),
            next_step=say("ระบุโฟลเดอร์ใหม่หรือโฟลเดอร์ว่าง", "name a new or an empty folder"),
        )
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(
            say(f"โฟลเดอร์ {folder} มีแฟ้มอยู่แล้ว", f"the folder {folder} is not empty"),
            next_step=say("ระบุโฟลเดอร์ใหม่หรือโฟลเดอร์ว่าง", "name a new or an empty folder"),
        )
    data = resources.files("esar_bot") / "data" / "template"
    contents: dict[str, bytes] = {
        SETTINGS: (data / SETTINGS).read_bytes(),
        "agreement.yaml": (data / "agreement.yaml").read_bytes(),
        ".gitignore": b"previews/\nproblems/\n",
    }
    card = (data / "card.yaml.j2").read_text(encoding="utf-8")
    for round_key, results in _PROGRESS.items():
        for number, (result, score) in results.items():
            evidence = f"{number}/report.pdf" if round_key == "12m" else None
            contents[f"{round_key}/{number}.yaml"] = _card(card, round_key, number, result, score, evidence)
            if evidence:
                contents[f"{round_key}/{evidence}"] = _example_pdf(number)
    written = []
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        written.append(path)
    return written


def _card(
    template: str, round_key: str, number: str, result: str, score: str | None, evidence: str | None
) -> bytes:
    from jinja2 import Environment

    months = round_key.removesuffix("m")
    page = Environment(autoescape=False, keep_trailing_newline=True).from_string(template)  # noqa: S701 - YAML, not HTML
    return page.render(
        round=round_key,
        title=f"รอบ {months} เดือน",
        months=months,
        number=number,
        result=result,
        score=score,
        evidence=evidence,
    ).encode()


def _example_pdf(number: str) -> bytes:
    """A valid one-page PDF, different for every indicator."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": f"{PLACEHOLDER} {number}"})
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()
