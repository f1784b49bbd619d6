"""Where the pipelines are wired: one frozen value that every verb takes."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from bootstrap.errors import SettingsError

LOCAL = "local"
DEFAULT_ENDPOINT = "http://127.0.0.1:4566"
_REAL_AWS_HOST = re.compile(r"(^|\.)(amazonaws\.com(\.cn)?|api\.aws|aws\.dev|aws)$")


@dataclass(frozen=True, slots=True)
class Settings:
    """The target of every call.

    :param endpoint_url: the lab's endpoint; hosts of real AWS are refused for the local target
    :param region: where a pipeline's resources live unless the pipeline's seed says otherwise
    :param account_id: twelve digits; LocalStack takes them from the access key
    :param target: ``local``; every other target is refused until it is built
    :raises SettingsError: for a value that cannot be meant
    """

    endpoint_url: str = DEFAULT_ENDPOINT
    region: str = "us-east-1"
    account_id: str = "000000000000"
    target: str = LOCAL

    def __post_init__(self) -> None:
        if self.target != LOCAL:
            raise SettingsError(
                f"The target {self.target!r} is not available: this version wires pipelines only into a "
                f"local lab (target {LOCAL!r}), so nothing was done."
            )
        parts = urlsplit(self.endpoint_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingsError(f"The endpoint {self.endpoint_url!r} is not an http address.")
        if _REAL_AWS_HOST.search(parts.hostname.rstrip(".").lower()):
            raise SettingsError(
                f"The endpoint {self.endpoint_url!r} is real AWS, which the target {LOCAL!r} never calls."
            )
        if not re.fullmatch(r"[0-9]{12}", self.account_id):
            raise SettingsError(f"The account id {self.account_id!r} is not twelve digits.")
        if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9]", self.region):
            raise SettingsError(f"The region {self.region!r} does not look like one, such as us-east-1.")

    @classmethod
    def for_port(cls, port: int) -> Self:
        """The lab that listens on 127.0.0.1 at `port`."""
        return cls(endpoint_url=f"http://127.0.0.1:{port}")
