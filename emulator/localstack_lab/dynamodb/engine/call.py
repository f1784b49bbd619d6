"""What an operation knows about the call it serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .storage import Store


@dataclass(frozen=True, slots=True)
class Call:
    """One request: whose it is, where its data lies, when it arrived (``now``: seconds since 1970)."""

    account_id: str
    region: str
    store: Store
    now: float
