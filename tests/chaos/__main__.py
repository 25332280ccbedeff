"""`python -m tests.chaos --runs 1000 --seed 1`: many scenarios, resumable, with a table at the end.

Every verdict is a line in the results file as soon as it is known; what stands there is not played again.
Seeds of scenarios that went wrong are printed and written beside it; `--only SEED` plays one of them alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import Queue

from tests.chaos.campaign import Verdict, as_line, play
from tests.chaos.ground import Ground
from tests.chaos.scenario import scenario
from tests.chaos.table import never_met, table


def main() -> int:
    """Play what is missing, then print the table; 1 if anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument(
        "--seed", type=int, default=1, help="the first scenario's seed; the next ones follow it"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--results", type=Path, default=Path("test-results/chaos.jsonl"))
    parser.add_argument(
        "--only", type=int, metavar="SEED", help="play this scenario alone, and tell all of it"
    )
    args = parser.parse_args()
    if args.only is not None:
        return _play_one(args.only)
    seeds = range(args.seed, args.seed + args.runs)
    verdicts = {verdict.seed: verdict for verdict in _known(args.results) if verdict.seed in seeds}
    for verdict in _played([seed for seed in seeds if seed not in verdicts], args.workers, args.results):
        verdicts[verdict.seed] = verdict
        mark = "✗" if verdict.wrong else "✓"
        met = ", ".join(f"{kind} {times}" for kind, times in verdict.met.items())
        print(
            f"{mark} {len(verdicts)}/{args.runs} seed {verdict.seed}: {verdict.codes} {met}", file=sys.stderr
        )
        for reason in verdict.wrong:
            print(f"    {reason}", file=sys.stderr)
    failed = sorted(seed for seed, verdict in verdicts.items() if verdict.wrong)
    args.results.with_suffix(".failed").write_text("".join(f"{seed}\n" for seed in failed))
    print(table([verdicts[seed] for seed in sorted(verdicts)]))
    if kinds := never_met(list(verdicts.values())):
        print(f"\nnever met, so nothing is known of: {', '.join(kinds)}", file=sys.stderr)
    if failed:
        print(f"\nwrong: {failed}; play one again: python -m tests.chaos --only {failed[0]}", file=sys.stderr)
    return 1 if failed else 0


def _known(results: Path) -> list[Verdict]:
    if not results.exists():
        results.parent.mkdir(parents=True, exist_ok=True)
        return []
    return [Verdict(**json.loads(line)) for line in results.read_text(encoding="utf-8").splitlines()]


def _played(seeds: Sequence[int], workers: int, results: Path) -> Iterator[Verdict]:
    with (
        tempfile.TemporaryDirectory(prefix="chaos-", ignore_cleanup_errors=True) as folder,
        results.open("a", encoding="utf-8") as kept,
        ThreadPoolExecutor(workers) as pool,
    ):
        grounds: Queue[Ground] = Queue()
        for worker in range(min(workers, len(seeds))):
            grounds.put(Ground.prepared(Path(folder) / str(worker)))
        try:
            for done in as_completed([pool.submit(_play, grounds, seed) for seed in seeds]):
                verdict = done.result()
                kept.write(as_line(verdict) + "\n")
                kept.flush()
                yield verdict
        finally:  # Ctrl-C ends it after the scenarios that are being played
            pool.shutdown(cancel_futures=True)


def _play(grounds: Queue[Ground], seed: int) -> Verdict:
    ground = grounds.get()
    try:
        with tempfile.TemporaryDirectory(prefix="play-", ignore_cleanup_errors=True) as folder:
            return play(ground, scenario(seed), Path(folder) / "play")
    finally:
        grounds.put(ground)


def _play_one(seed: int) -> int:
    drawn = scenario(seed)
    print(drawn)
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{seed}-"))
    verdict = play(Ground.prepared(folder / "ground"), drawn, folder / "play")
    print(as_line(verdict))
    print(f"workspace and portal: {folder / 'play'}")
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
