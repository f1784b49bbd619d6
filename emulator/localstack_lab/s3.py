"""LocalStack's S3 provider, with its objects in LocalStack's own temporary folder.

The stock provider spools every object that does not fit into memory to ``/tmp/localstack-s3-storage``,
whatever TMPDIR and FILESYSTEM_ROOT say: all instances on a machine share it, and the files outlive a killed
one.
``PROVIDER_OVERRIDE_S3=lab`` selects this one.
"""

import os

from localstack.services.plugins import Service, aws_provider


@aws_provider(api="s3", name="lab")
def s3() -> Service:
    """Entry point ``localstack.aws.provider`` → ``s3:lab``."""
    from localstack import config
    from localstack.services.s3.provider import S3Provider
    from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore

    return Service.for_provider(S3Provider(EphemeralS3ObjectStore(os.path.join(config.dirs.tmp, "s3"))))
