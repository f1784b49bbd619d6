"""``python -m generator orders --records 1000 --seed 7 --invalid missing_contact=0.1 --output a.json``

``python -m generator changes --records 1000 --seed 7`` writes a line of JSON for each change.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from generator import changes, orders


def main(arguments: list[str] | None = None) -> int:
    """Write an order file to a path or to the standard output; answers the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m generator", description="Sales data, invented from a seed."
    )
    kinds = parser.add_subparsers(dest="kind", required=True)
    order_files = kinds.add_parser("orders", help="an order file for the pipeline order_intake")
    order_files.add_argument("--records", type=int, default=100, help="number of orders (default 100)")
    order_files.add_argument("--seed", type=int, default=0, help="same seed, same bytes (default 0)")
    order_files.add_argument(
        "--invalid",
        default="",
        metavar="KIND=SHARE,…",
        help=f"shares of invalid orders; kinds: {', '.join(orders.INVALID)}",
    )
    order_files.add_argument("--output", type=Path, help="the file to write (default: standard output)")
    flow = kinds.add_parser("changes", help="changes of orders for the pipelines that capture changes")
    flow.add_argument("--records", type=int, default=100, help="number of changes (default 100)")
    flow.add_argument("--seed", type=int, default=0, help="same seed, same bytes (default 0)")
    flow.add_argument("--output", type=Path, help="the file to write (default: standard output)")
    chosen = parser.parse_args(arguments)
    if chosen.kind == "changes":
        return _changes(parser, chosen)
    try:
        made = orders.generate(chosen.records, seed=chosen.seed, invalid=orders.parse_shares(chosen.invalid))
    except ValueError as error:
        parser.error(str(error))
    # the same bytes everywhere: a terminal's own encoding and line ends do not count
    where = chosen.output or sys.stdout.fileno()
    with open(where, "w", encoding="utf-8", newline="\n", closefd=chosen.output is not None) as target:
        orders.write(made, target)
    return 0


def _changes(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> int:
    try:
        made = changes.generate(chosen.records, seed=chosen.seed)
    except ValueError as error:
        parser.error(str(error))
    where = chosen.output or sys.stdout.fileno()
    with open(where, "w", encoding="utf-8", newline="\n", closefd=chosen.output is not None) as target:
        _write(made, target)
    return 0


def _write(made: Iterable[changes.Change], target: TextIO) -> None:
    for change in made:
        order = asdict(change.order) | {"price": str(change.order.price)}  # text: a price is no float
        target.write(json.dumps({"change": change.kind} | order) + "\n")


if __name__ == "__main__":
    sys.exit(main())
