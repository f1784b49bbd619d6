"""LocalStack's stop hook: what waits in buffers is delivered while Lambda and S3 still run."""

import sys

from localstack.runtime import hooks
from localstack.services.plugins import SERVICE_PLUGINS

# Before every other stop hook: theirs end the functions and the buckets that the last deliveries need.
FIRST = 1000


@hooks.on_infra_shutdown(priority=FIRST)
def deliver() -> None:
    """End all delivery streams, if Firehose has been used."""
    module = sys.modules.get("localstack_lab.firehose.provider")
    if module is None:
        return
    provider = getattr(SERVICE_PLUGINS.get_service("firehose"), "_provider", None)
    if isinstance(provider, module.LabFirehoseProvider):
        provider.fleet.close()
