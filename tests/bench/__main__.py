"""Measures `esar-bot submit` beside a plain Playwright script on the mock portal, interleaved."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from esar_bot.prepared import prepare
from esar_bot.workspace import find_workspace, load_agreement, load_round
from flows.browser import installed_browser
from tests.bench.agency import write_agency
from tests.bench.measure import memory_of, seconds_of
from tests.rehearsal import OFFICER

PEER = Path(__file__).with_name("plain_script.py")


def main() -> None:
    """Parse, measure every combination, print the table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--indicators", type=int, nargs="+", default=[10, 40])
    parser.add_argument("--delay-ms", type=int, nargs="+", default=[0, 200])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}, medians of {options.runs} runs")
    print("indicators ms/answer esar-bot s  plain s  ratio")
    for indicators in options.indicators:
        with tempfile.TemporaryDirectory() as folder:
            workspace = write_agency(Path(folder) / "agency", indicators)
            job = write_job(workspace)
            for delay in options.delay_ms:
                pairs = [measure_pair(workspace, job, delay) for _ in range(options.runs)]
                print_row(indicators, delay, pairs)
            print_memory(indicators, workspace)


def print_row(indicators: int, delay: int, pairs: list[tuple[float, float]]) -> None:
    """One line of medians; the ratio is the median of the pairs' ratios."""
    ours = statistics.median(bot for bot, _ in pairs)
    plain = statistics.median(peer for _, peer in pairs)
    ratio = statistics.median(bot / peer for bot, peer in pairs)
    print(f"{indicators:>10} {delay:>9} {ours:>10.1f} {plain:>8.1f} {ratio:>6.2f}", flush=True)


def print_memory(indicators: int, workspace: Path) -> None:
    """The peaks of one more run of esar-bot, which is not timed."""
    with portal(workspace, 0) as url:
        peaks = memory_of(esar_bot(workspace, url), OFFICER)
    shown = ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in peaks.items())
    print(f"{indicators:>10} memory at its peak: {shown}", flush=True)


def measure_pair(workspace: Path, job: Path, delay: int) -> tuple[float, float]:
    """Both contenders, each on a fresh portal, each checked in the portal's own data."""
    with portal(workspace, delay) as url:
        ours = seconds_of(esar_bot(workspace, url), OFFICER)
        check_done(url, job)
    with portal(workspace, delay) as url:
        executable = str(installed_browser(headless=True) or "")
        plain = seconds_of([sys.executable, str(PEER), url, str(job), executable], {})
        check_done(url, job)
    return ours, plain


def esar_bot(workspace: Path, url: str) -> list[str]:
    """The command that is measured."""
    submit = ["-m", "esar_bot", "-C", str(workspace), "submit", "--round", "9m", "--yes"]
    return [sys.executable, *submit, "--portal-url", url]


def write_job(workspace: Path) -> Path:
    """What the plain script is to type, so that it need not compute anything."""
    found = find_workspace(workspace)
    agreement = load_agreement(found).agreement
    if agreement is None:
        raise RuntimeError("the measured agency cannot be read")
    report = load_round(found, "9m").report(agreement)
    cards = {
        card.number: {"fields": card.fields, "files": [str(item.path) for item in card.evidence]}
        for card in prepare(agreement, report, found.round_folder("9m")).cards
    }
    job = workspace.parent / "job.json"
    job.write_text(json.dumps(cards, ensure_ascii=False), encoding="utf-8")
    return job


def check_done(url: str, job: Path) -> None:
    """Refuse to count a run that did not do the job.

    Raises:
        RuntimeError: the portal holds something else.
    """
    state = httpx.get(f"{url}/__test__/state").json()["rounds"]["9m"]
    for number, card in json.loads(job.read_text(encoding="utf-8")).items():
        held = state["cards"][number]
        names = [item["name"] for item in held["evidence"]]
        if held["fields"] != card["fields"] or names != [Path(file).name for file in card["files"]]:
            raise RuntimeError(f"{number} is not on the portal as it should be")
    if state["status"] != "submitted":
        raise RuntimeError("the round was not submitted")


@contextmanager
def portal(workspace: Path, delay: int) -> Iterator[str]:
    """A fresh mock portal in a process of its own."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "mock_portal", "--port", "0", "--data", data, "--test-api"]
        command += ["--workspace", str(workspace), "--delay-ms", str(delay)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        try:
            lines = iter(process.stdout.readline, "") if process.stdout else iter(())
            yield next(line.strip() for line in lines if line.startswith("http://")).split()[0]
        finally:
            process.terminate()
            process.communicate()


if __name__ == "__main__":
    main()
