"""Moments as the API answers them."""

from datetime import UTC, datetime


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as a datetime with whole milliseconds."""
    return datetime.fromtimestamp(int(seconds * 1000) / 1000, UTC)
