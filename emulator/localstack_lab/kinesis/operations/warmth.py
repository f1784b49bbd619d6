"""What the account's minimum throughput billing commitment unlocks.

https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html
"""

from typing import Any

from localstack_lab.kinesis.errors import invalid_argument, validation
from localstack_lab.kinesis.region import Region

MAX_WARM_MIBPS = 10 * 1024


def settle_commitment(owner: Region, now: float) -> dict[str, Any]:
    """The commitment as it stands; one that was given up ends once its 24 hours are over."""
    found = owner.commitment or {"Status": "DISABLED"}
    if found["Status"] == "ENABLED_UNTIL_EARLIEST_ALLOWED_END" and now >= found["EarliestAllowedEndAt"]:
        found = owner.commitment = {
            "Status": "DISABLED",
            "StartedAt": found["StartedAt"],
            "EndedAt": found["EarliestAllowedEndAt"],
        }
    return found


def committed(owner: Region, now: float) -> bool:
    return settle_commitment(owner, now)["Status"] != "DISABLED"


def require_commitment(owner: Region, mode: str, mibps: int, now: float) -> int:
    """:return: `mibps`, when a stream of this mode may have that warm throughput

    :raises KinesisError: ValidationException or InvalidArgumentException
    """
    if mode != "ON_DEMAND":
        raise validation("Warm throughput is for streams in On-Demand mode only.")
    if not committed(owner, now):
        raise validation("Warm throughput needs an account with MinimumThroughputBillingCommitment enabled.")
    if mibps > MAX_WARM_MIBPS:
        raise invalid_argument(f"Warm throughput of more than {MAX_WARM_MIBPS} MiB/s is not supported.")
    return mibps
