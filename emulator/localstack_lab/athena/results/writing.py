"""Result files into S3: the result, its ``.metadata`` and the manifest of what a statement wrote.

https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

import os
from typing import Any

from boto3.s3.transfer import TransferConfig
from localstack.aws.connect import connect_to

from localstack_lab.lake.objects import names

BINARY, PLAIN = "binary/octet-stream", "application/octet-stream"
# AWS begins at about 100 MB; a part passes through memory whole, and one request is faster than several.
_MULTIPART = TransferConfig(multipart_threshold=64 << 20, multipart_chunksize=32 << 20, use_threads=False)
IN_PARTS = 100 << 20
"""Bytes of a result above which AWS's object has the type that objects in parts have.

Measured on Athena, 2026-09-23: 98.9 MB were one request, 142.9 MB were parts (athena-local's measurements).
"""
_ENCRYPTION = {"SSE_S3": "AES256", "SSE_KMS": "aws:kms"}


class Writer:
    """Writes as the account, with the encryption and the ACL of the result configuration."""

    def __init__(self, account: str, region: str, configuration: dict[str, Any]) -> None:
        self._client = connect_to(aws_access_key_id=account, region_name=region).s3
        self._extra = _extra(configuration)

    def put(self, url: str, body: bytes, content_type: str) -> None:
        """Write a small object.

        :raises ClientError: as S3 answers
        """
        bucket, key = names.split(url)
        self._client.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type, **self._extra)

    def upload(self, path: str, url: str, content_type: str) -> int:
        """Write a local file; how many bytes it has.

        :raises ClientError: as S3 answers
        """
        size = os.path.getsize(path)
        if size <= 1 << 20:
            with open(path, "rb") as file:
                self.put(url, file.read(), content_type)
            return size
        bucket, key = names.split(url)
        extra = self._extra | {"ContentType": BINARY if size > IN_PARTS else content_type}
        self._client.upload_file(path, bucket, key, ExtraArgs=extra, Config=_MULTIPART)
        return size


def _extra(configuration: dict[str, Any]) -> dict[str, str]:
    extra: dict[str, str] = {}
    encryption = configuration.get("EncryptionConfiguration") or {}
    if option := encryption.get("EncryptionOption"):
        extra["ServerSideEncryption"] = _ENCRYPTION[option]
    if encryption.get("KmsKey") and option == "SSE_KMS":
        extra["SSEKMSKeyId"] = encryption["KmsKey"]
    if acl := configuration.get("AclConfiguration"):
        extra["ACL"] = acl["S3AclOption"].lower().replace("_", "-")
    if owner := configuration.get("ExpectedBucketOwner"):
        extra["ExpectedBucketOwner"] = owner
    return extra
