"""Lambda and S3 as a delivery stream reaches them: with its role, through LocalStack's own clients."""

import json
import threading
import time
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.utils.aws.client_types import ServicePrincipal

from localstack_lab.firehose import errors
from localstack_lab.firehose.errors import DeliveryFailed, InvocationFailed
from localstack_lab.firehose.plan import Function, Target
from localstack_lab.firehose.transform import Stream

ROLE_SECONDS = 900.0  # an assumed role is good for an hour
_ONE_ATTEMPT = Config(retries={"total_max_attempts": 1}, read_timeout=930)  # retries are Firehose's own


class Clients:
    """The services of one delivery stream; safe for several threads."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str, str], tuple[float, Any]] = {}

    def _client(self, service: str, role: str, region: str) -> Any:
        key = (service, role, region)
        with self._lock:
            made, client = self._made.get(key, (float("-inf"), None))
            if time.monotonic() - made > ROLE_SECONDS:
                factory = connect_to.with_assumed_role(
                    role_arn=role,
                    service_principal=ServicePrincipal.firehose,  # type: ignore[arg-type]
                    session_name=f"firehose-{self._stream.name}"[:64],
                    region_name=region,
                    config=_ONE_ATTEMPT,
                )
                client = getattr(factory, service).request_metadata(
                    source_arn=self._stream.arn, service_principal=ServicePrincipal.firehose
                )
                self._made[key] = (time.monotonic(), client)
            return client

    def invoke(self, function: Function, role: str, payload: bytes) -> bytes:
        """The answer of the transforming function.

        :raises InvocationFailed: when there is none
        """
        region = function.arn.split(":")[3]
        try:
            client = self._client("lambda_", role, region)
            answer = client.invoke(FunctionName=function.arn, Payload=payload)
            body = answer["Payload"].read()
        except ClientError as error:
            raise errors.of_lambda(error) from error
        except BotoCoreError as error:
            raise InvocationFailed("InternalError", str(error)) from error
        if "FunctionError" not in answer:
            return body
        if _timed_out(body):
            raise InvocationFailed("Lambda.FunctionTimedOut", errors.TIMED_OUT)
        raise InvocationFailed("Lambda.FunctionError", errors.FUNCTION_ERROR)

    def put(self, target: Target, key: str, body: bytes) -> None:
        """Write an object.

        :raises DeliveryFailed: when S3 does not take it
        """
        encryption = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": target.kms_key} if target.kms_key else {}
        )
        try:
            client = self._client("s3", target.role, self._stream.region)
            client.put_object(Bucket=target.bucket, Key=key, Body=body, **encryption)
        except ClientError as error:
            raise errors.of_s3(error) from error
        except BotoCoreError as error:
            raise DeliveryFailed("InternalError", str(error)) from error


def _timed_out(body: bytes) -> bool:
    try:
        told = json.loads(body)
    except ValueError:
        return False
    return isinstance(told, dict) and "Task timed out after" in str(told.get("errorMessage"))
