"""``python -m generator orders --records 1000 --seed 7 --invalid missing_contact=0.1 --output a.json``"""

import argparse
import sys
from pathlib import Path

from generator import orders


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
    chosen = parser.parse_args(arguments)
    try:
        made = orders.generate(chosen.records, seed=chosen.seed, invalid=orders.parse_shares(chosen.invalid))
    except ValueError as error:
        parser.error(str(error))
    # the same bytes everywhere: a terminal's own encoding and line ends do not count
    where = chosen.output or sys.stdout.fileno()
    with open(where, "w", encoding="utf-8", newline="\n", closefd=chosen.output is not None) as target:
        orders.write(made, target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
