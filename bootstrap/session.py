"""The one place that makes boto3 clients.

Every client gets its endpoint, its credentials and its connection settings here and from nowhere else: the
host's AWS variables, profiles, configuration files and proxies are not read, so that no call can reach a real
account by accident, and a broken profile on the host breaks nothing.
"""

import os
import threading
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from bootstrap.settings import Settings

_NOTHING_OF_THE_HOST = {
    # name: (configuration key, environment variables, default, converter), as botocore wants them
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


def _config() -> Config:
    return Config(
        connect_timeout=3,
        read_timeout=65,  # the longest answer a lab call waits for: SQS polls 20 s, a Lambda test 60 s
        retries={"mode": "standard", "max_attempts": 4},
        max_pool_connections=32,
        proxies={},  # not None: botocore would take the host's HTTP_PROXY, even for 127.0.0.1
        s3={"addressing_style": "path"},  # bucket.localhost does not resolve without a network
        inject_host_prefix=False,  # nor does sync-127.0.0.1
        use_fips_endpoint=False,
        use_dualstack_endpoint=False,
        defaults_mode="legacy",
    )


class Session:
    """Clients for one target; each service's client is made once and may be used by several threads.

    :param settings: decides endpoint, account and region
    :param region: another region than the settings' (one of the pipelines lives elsewhere)
    """

    def __init__(self, settings: Settings, *, region: str | None = None) -> None:
        self.settings = settings
        self.region = region or settings.region
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        core = botocore.session.Session(session_vars=_NOTHING_OF_THE_HOST)
        self._boto3 = boto3.session.Session(
            # LocalStack reads the account from the access key; the secret is not looked at
            aws_access_key_id=settings.account_id,
            aws_secret_access_key="local",
            region_name=self.region,
            botocore_session=core,
        )

    def client(self, service: str) -> Any:
        """The boto3 client of `service` (such as ``"s3"``), bound to the settings' endpoint."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._boto3.client(
                    service,
                    region_name=self.region,
                    endpoint_url=self.settings.endpoint_url,
                    config=_config(),
                )
            return self._clients[service]

    def arn(self, service: str, resource: str, *, region: bool = True) -> str:
        """``arn:aws:<service>:<region>:<account>:<resource>``; without the region for global services."""
        where = self.region if region else ""
        return f"arn:aws:{service}:{where}:{self.settings.account_id}:{resource}"
