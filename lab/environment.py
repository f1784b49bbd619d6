"""The environment that LocalStack is started with: built from nothing, so that nothing leaks in."""

import os
import re
import sys
from collections.abc import Mapping

from lab.errors import UsageError
from lab.home import Home

REGION = "us-east-1"

FIXED_SETTINGS = {
    "OVERRIDE_IN_DOCKER": "0",  # a developer's container is not LocalStack's: keep to FILESYSTEM_ROOT
    "DNS_ADDRESS": "0",  # no DNS server; port 53 needs rights that nobody should need
    "SKIP_SSL_CERT_DOWNLOAD": "1",
    "DISABLE_EVENTS": "1",  # no usage statistics leave this machine
    "EAGER_SERVICE_LOADING": "0",
    "SQS_ENDPOINT_STRATEGY": "path",  # queue URLs on `localhost`; the default names a domain of the internet
    "GATEWAY_SERVER": "lab",  # the stock server listens on every network interface
    "PROVIDER_OVERRIDE_DYNAMODB": "lab",
    "PROVIDER_OVERRIDE_DYNAMODBSTREAMS": "lab",
    "PROVIDER_OVERRIDE_FIREHOSE": "lab",
    "PROVIDER_OVERRIDE_KINESIS": "lab",
    "PROVIDER_OVERRIDE_S3": "lab",  # the stock one keeps its files in a folder that all instances share
    "LAMBDA_RUNTIME_EXECUTOR": "process",
    "LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0.1",
    "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC": "0.5",
    "LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_ERROR_SEC": "5",
}
"""LocalStack settings (https://docs.localstack.cloud/aws/capabilities/config/configuration/) of every lab."""

SETTING_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
OWN = re.compile(
    r"AWS_.*|PYTHON.*|LD_.*|DYLD_.*|HOME|PATH|TMPDIR|XDG_.*|LANG|TZ|GATEWAY_LISTEN|GATEWAY_SERVER|LOCALSTACK_HOST"
    r"|FILESYSTEM_ROOT|CONFIG_DIR|CUSTOM_SSL_CERT_PATH|EXTERNAL_SERVICE_PORTS_.*|DOCKER_HOST|OVERRIDE_IN_DOCKER"
    r"|DISABLE_EVENTS|DNS_ADDRESS|SKIP_SSL_CERT_DOWNLOAD|LAB_(?!TUNING$|TIME_SCALE$|KINESIS_).*"
)
"""What keeps a lab to itself and off the network is not for `--set` to change; how it behaves, is."""


def service_ports(port: int) -> tuple[int, int]:
    """Fifty ports for services that listen on their own, apart from other labs': (first, one past)."""
    if port == 4566:
        return 4510, 4560  # LocalStack's own range, as its users know it
    first = 10_000 + (port * 50) % 20_000
    return first, first + 50


def build(port: int, home: Home, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """The whole environment of the LocalStack process.

    :param settings: LocalStack settings from the command line; they win over the lab's defaults
    :raises UsageError: for a setting that is not one, or that would open the lab to the outside
    """
    settings = dict(settings or {})
    check(settings)
    first, past = service_ports(port)
    missing = home.run / "none"
    return {
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": str(home.run / "home"),
        "XDG_CACHE_HOME": str(home.run / "home" / ".cache"),
        "TMPDIR": str(home.tmp),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",  # hundreds of threads, else each with an arena of its own that never shrinks
        # large blocks come from the system and go back to it, always: a payload of megabytes would otherwise
        # raise glibc's threshold for good, and leave the heap full of holes
        "MALLOC_MMAP_THRESHOLD_": "131072",
        "MALLOC_TRIM_THRESHOLD_": "131072",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": str(missing),
        "AWS_SHARED_CREDENTIALS_FILE": str(missing),
        "AWS_EC2_METADATA_DISABLED": "true",
        "DOCKER_HOST": f"unix://{missing}",  # asking a Docker that is not needed costs time
        "FILESYSTEM_ROOT": str(home.run / "root"),
        "CONFIG_DIR": str(missing),  # a profile in ~/.localstack is the user's own, not the lab's
        "CUSTOM_SSL_CERT_PATH": str(home.run / "home" / "server.pem"),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "LOCALSTACK_HOST": f"localhost:{port}",
        "EXTERNAL_SERVICE_PORTS_START": str(first),
        "EXTERNAL_SERVICE_PORTS_END": str(past),
        "LAB_HOME": str(home.root),
        **FIXED_SETTINGS,
        **settings,
    }


def check(settings: Mapping[str, str]) -> None:
    """Refuse settings that no lab should have, see `build`."""
    for name in settings:
        if not SETTING_NAME.fullmatch(name):
            raise UsageError(f"{name!r} is not the name of a LocalStack setting.", "Write --set NAME=VALUE.")
        if OWN.fullmatch(name):
            raise UsageError(f"{name} is the lab's own: it keeps the lab to itself and off the network.")


def parse(pairs: list[str]) -> dict[str, str]:
    """``["DEBUG=1"]`` as a dictionary.

    :raises UsageError: for text without ``=``
    """
    settings = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(
                f"{pair!r} is not a setting.", "Write --set NAME=VALUE, for example --set DEBUG=1."
            )
        settings[name.strip()] = value
    check(settings)
    return settings
