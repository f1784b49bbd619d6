"""Server-side encryption of a delivery stream: its states, and the key it needs.

What waits in a buffer is in memory and never on a disk, so that there is nothing to encrypt here; the API
and its states are AWS's. https://docs.aws.amazon.com/firehose/latest/dev/encryption.html
"""

from typing import Any

from localstack.aws.api import CommonServiceException
from localstack.aws.api.firehose import InvalidArgumentException
from localstack.aws.connect import connect_to

_OWNED, _MANAGED = "AWS_OWNED_CMK", "CUSTOMER_MANAGED_CMK"


def described(given: dict[str, Any] | None, account: str, region: str) -> dict[str, Any]:
    """A DeliveryStreamEncryptionConfiguration that is enabled.

    :raises InvalidArgumentException: for a key type and a key that do not belong together
    :raises CommonServiceException: InvalidKMSResourceException, for a key that KMS does not have enabled
    """
    given = given or {}
    kind, key = given.get("KeyType", _OWNED), given.get("KeyARN")
    if kind == _OWNED:
        if key:
            raise InvalidArgumentException("KeyARN must not be given when KeyType is AWS_OWNED_CMK.")
        return {"KeyType": _OWNED, "Status": "ENABLED"}
    if not key:
        raise InvalidArgumentException("KeyARN is required when KeyType is CUSTOMER_MANAGED_CMK.")
    kms = connect_to(aws_access_key_id=account, region_name=region).kms
    try:
        metadata = kms.describe_key(KeyId=key)["KeyMetadata"]
    except kms.exceptions.NotFoundException as error:
        raise _unusable(error.response["Error"]["Message"]) from error
    if metadata["KeyState"] != "Enabled":
        raise _unusable(f"{key} is in state {metadata['KeyState']}.")
    return {"KeyARN": metadata["Arn"], "KeyType": _MANAGED, "Status": "ENABLED"}


def _unusable(message: str) -> CommonServiceException:
    return CommonServiceException("InvalidKMSResourceException", message, status_code=400, sender_fault=True)
