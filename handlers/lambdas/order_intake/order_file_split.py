"""Lambda `order-file-split`: says where in a file its orders lie, or why the file cannot be taken.

The state machine calls it with ``{"source"}`` for every file that is too large for one Map state, and for
every small one that it could not read as ``{"orders": […]}``: one place words what is wrong with a file.
"""

from .source import opened
from .stretches import stretches


def lambda_handler(event: dict, context: object) -> dict:
    with opened(event["source"]) as body:
        return {"stretches": stretches(body)}
