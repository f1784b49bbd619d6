"""``python -m benchmarks [--rounds 5] [--only NAME] [--quick] [--full] [--json FILE]``"""

import argparse
import json
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks import contestants, machine, report
from benchmarks.contestants import Contestant, Lab, NotThere
from benchmarks.measures import measures
from benchmarks.play import play
from benchmarks.statistics import Absent, Result
from benchmarks.workload import Clients

PLAIN_WIDTH = 150
"""Columns when the output goes to a file."""
RESULTS = Path(__file__).parent / "results"
SHOWN = ("name", "title", "unit", "goal", "more_is_better")
"""What a row of the table takes from its measurement."""
PEERS = {"ministack": contestants.ministack, "moto": contestants.moto_server}


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The lab beside its peers.")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default 5)")
    parser.add_argument("--quick", action="store_true", help="one round, to see that everything works")
    parser.add_argument(
        "--full", action="store_true", help="also what takes minutes: larger files, more changes"
    )
    parser.add_argument("--only", action="append", metavar="NAME", help="only this measurement; repeatable")
    parser.add_argument("--no-peers", action="store_true", help="the lab alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the figures go besides results/")
    chosen = parser.parse_args(given)
    names = [measure.name for measure in measures(full=True)]
    for name in chosen.only or []:
        if name not in names:
            parser.error(f"there is no measurement {name!r}; there are {', '.join(names)}")
    if chosen.rounds < 1:
        parser.error("at least one round is needed")
    return chosen


def running(stack: ExitStack, with_peers: bool) -> tuple[list[Contestant], dict[str, Absent]]:
    """Start everyone: who runs, and who does not and why. The stack stops them."""
    present: list[Contestant] = []
    absent: dict[str, Absent] = {}
    lab = Lab()
    stack.callback(lab.stop)
    lab.start()
    present.append(lab)
    if not with_peers:
        return present, absent
    why_not = contestants.install_peers()
    for name, make in PEERS.items():
        if why_not:
            absent[name] = Absent(why_not)
            continue
        peer = make()
        stack.callback(peer.stop)
        try:
            peer.start()
        except NotThere as e:
            absent[name] = Absent(str(e))
        else:
            present.append(peer)
    return present, absent


def main(given: list[str] | None = None) -> int:
    """Measure, print the table, write the JSON; 0 when the lab could do everything, else 1."""
    chosen = arguments(given)
    rounds = 1 if chosen.quick else chosen.rounds
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH)
    about = machine.describe()
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    with ExitStack() as stack:
        status = stack.enter_context(console.status("Starting the lab and its peers"))
        present, absent = running(stack, not chosen.no_peers)
        clients = {contestant.name: Clients(contestant.endpoint) for contestant in present}
        for measure in measures(chosen.full or bool(chosen.only)):
            if chosen.only and measure.name not in chosen.only:
                continue
            results: dict[str, Result] = {
                **play(measure, present, clients, rounds, status.update),
                **absent,
            }
            rows.append({name: getattr(measure, name) for name in SHOWN} | {"results": results})
            notes += measure.notes()
        versions = {contestant.name: contestant.version for contestant in present}
    names = ["lab", *(name for name in PEERS if name in versions or name in absent)]
    made, reasons = report.table(rows, names)
    console.print(made)
    for reason in reasons:
        console.print(reason, highlight=False)
    console.print(f"{rounds} rounds. {machine.sentence(about)}", highlight=False)
    console.print("Versions: " + ", ".join(f"{name} {version}" for name, version in versions.items()))
    for note in notes:
        console.print(note, highlight=False)
    taken = datetime.now(UTC)
    body = json.dumps(
        report.as_json(
            rows, taken=taken.isoformat(), rounds=rounds, machine=about, versions=versions, notes=notes
        ),
        indent=2,
    )
    RESULTS.mkdir(exist_ok=True)
    for path in filter(None, (RESULTS / f"{taken:%Y%m%d-%H%M%S}.json", chosen.json)):
        path.write_text(body + "\n")
        console.print(f"Written: {path}")
    return 1 if any(isinstance(row["results"]["lab"], Absent) for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
