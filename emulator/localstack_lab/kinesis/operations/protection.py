"""Encryption settings and resource policies.

Records are marked as encrypted but not encrypted at rest, and policies are kept but not enforced: both are
what a caller can see, neither protects anything on one's own machine.
"""

import json
from typing import Any

from localstack_lab.kinesis.engine import Caller, KinesisEngine, parse_arn
from localstack_lab.kinesis.errors import invalid_argument, not_found
from localstack_lab.kinesis.operations.consumers import consumer_of
from localstack_lab.kinesis.region import Region


def start_stream_encryption(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartStreamEncryption.html"""
    key = request["KeyId"]
    if request["EncryptionType"] != "KMS":
        raise invalid_argument("The only EncryptionType that can be started is KMS.")
    engine.check_key(caller.account, caller.region, key)
    with engine.using(caller, request) as stream:
        stream.require_active()
        stream.begin("UPDATING", engine.clock(), engine.settings.latency, engine.counter, "encrypt", key)


def stop_stream_encryption(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StopStreamEncryption.html"""
    if request["EncryptionType"] != "KMS":
        raise invalid_argument("The only EncryptionType that can be stopped is KMS.")
    with engine.using(caller, request) as stream:
        stream.require_active()
        if stream.key_id != request["KeyId"]:
            raise invalid_argument(
                f"Stream {stream.name} under account {stream.account} is not encrypted with key "
                f"{request['KeyId']}."
            )
        stream.begin("UPDATING", engine.clock(), engine.settings.latency, engine.counter, "encrypt", None)


def _require_resource(engine: KinesisEngine, caller: Caller, arn: str) -> Region:
    """The region of a stream or consumer that exists.

    :raises KinesisError: ResourceNotFoundException, in the words that LocalStack recorded on AWS
    """
    account, region, name = parse_arn(arn)
    owner = engine.region(account, region)
    if region != caller.region or name not in owner.streams:
        raise not_found(f"Stream with ARN {arn} not found")
    with engine.locked(account, region, name) as stream:
        if arn != stream.arn:
            consumer_of(stream, arn, None)
    return owner


def put_resource_policy(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html"""
    owner = _require_resource(engine, caller, request["ResourceARN"])
    try:
        policy = json.loads(request["Policy"])
    except json.JSONDecodeError as error:
        raise invalid_argument(f"The policy is not valid JSON: {error}.") from error
    if not isinstance(policy, dict) or "Statement" not in policy:
        raise invalid_argument("The policy is no policy document: it has no Statement.")
    owner.policies[request["ResourceARN"]] = request["Policy"]


def get_resource_policy(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """An empty object where there is none, as AWS answers.

    https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetResourcePolicy.html
    """
    owner = _require_resource(engine, caller, request["ResourceARN"])
    return {"Policy": owner.policies.get(request["ResourceARN"], "{}")}


def delete_resource_policy(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteResourcePolicy.html"""
    arn = request["ResourceARN"]
    owner = _require_resource(engine, caller, arn)
    if owner.policies.pop(arn, None) is None:
        raise not_found(f"No resource policy found for resource ARN {arn}")
