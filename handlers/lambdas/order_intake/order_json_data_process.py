"""Lambda `order-json-data-process`: validates one order, or one stretch of a large file.

The state machine calls it with ``{"order", "position", "source"}`` for one order and with
``{"source", "stretch"}`` for a stretch; `checked` describes both answers.
"""

import os

from .checked import check, check_all
from .source import read_stretch
from .stretches import parse_orders


def lambda_handler(event: dict, context: object) -> dict:
    table = os.environ["ORDERS_TABLE"]
    if "stretch" not in event:
        return check(event["order"], event["position"], event["source"], table)
    stretch = event["stretch"]
    orders = parse_orders(read_stretch(event["source"], stretch))
    return check_all(orders, stretch["first"], event["source"], table)
