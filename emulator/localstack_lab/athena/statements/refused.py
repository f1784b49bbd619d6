"""The one exception that a refusal of the catalog or of S3 is in a worker."""

from localstack_lab.lake.workers.errors import Refused

__all__ = ["Refused"]
