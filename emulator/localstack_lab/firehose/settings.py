"""What the environment says about Firehose."""

import os


def time_scale() -> float:
    """``LAB_TIME_SCALE``: the share of its time that a buffer or a pause between attempts waits; 1 if unset.

    With 0.1 a buffer of 60 seconds is delivered after 6. Sizes never change with it.

    :raises ValueError: unless it is a number of 0 or more
    """
    text = os.environ.get("LAB_TIME_SCALE", "").strip() or "1"
    try:
        scale = float(text)
    except ValueError as error:
        raise ValueError(f"LAB_TIME_SCALE must be a number such as 0.1, not {text!r}.") from error
    if not 0 <= scale < float("inf"):
        raise ValueError(f"LAB_TIME_SCALE must be 0 or more, not {text}.")
    return scale
