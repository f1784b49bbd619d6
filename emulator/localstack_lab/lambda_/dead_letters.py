"""Events that failed go to the function's dead-letter queue or topic, as AWS sends them.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq: the body is
the event, unchanged, and three attributes tell what happened. LocalStack invents the request id, and loses an
event that was throttled until it was too old.
"""

import json
import logging

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, Invocation, InvocationResult
from localstack.utils.aws import arns
from localstack.utils.aws.client_types import ServicePrincipal

LOG = logging.getLogger(__name__)

LAMBDA = ServicePrincipal(ServicePrincipal.lambda_)
MAX_MESSAGE = 1024  # bytes of ErrorMessage


def send(version: FunctionVersion, invocation: Invocation, result: InvocationResult) -> None:
    """Send the event of `invocation` to the DeadLetterConfig's target; without one, do nothing."""
    target = version.config.dead_letter_arn
    if not target:
        return
    body = invocation.payload.decode()
    attributes = {
        name: {"DataType": kind, "StringValue": value}
        for name, kind, value in (
            ("RequestID", "String", invocation.request_id),
            ("ErrorCode", "Number", "429" if result.payload is None else "200"),
            ("ErrorMessage", "String", _message(result.payload)),
        )
    }
    clients = connect_to.with_assumed_role(
        role_arn=version.config.role,
        service_principal=LAMBDA,
        region_name=arns.extract_region_from_arn(target),
    )
    metadata = {"source_arn": version.id.unqualified_arn(), "service_principal": LAMBDA}
    try:
        if arns.extract_service_from_arn(target) == "sns":
            topic = clients.sns.request_metadata(**metadata)
            topic.publish(TopicArn=target, Message=body, MessageAttributes=attributes)
        else:
            queue = clients.sqs.request_metadata(**metadata)
            url = arns.sqs_queue_url_for_arn(target)
            queue.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)
    except (BotoCoreError, ClientError) as error:
        LOG.error(
            "The event %s of %s could not be sent to its dead-letter target %s and is lost: %s",
            invocation.request_id,
            version.qualified_arn,
            target,
            error,
        )


def _message(payload: bytes | None) -> str:
    if payload is None:
        return "Rate Exceeded."
    try:
        error = json.loads(payload)
    except ValueError:
        error = payload.decode("utf-8", "replace")
    text = error.get("errorMessage") or error.get("errorType") if isinstance(error, dict) else None
    # Some control characters are not allowed in an attribute, and neither is an empty value.
    shown = "".join(
        character if character.isprintable() or character in "\t\n\r" else "?"
        for character in str(text or error)
    )
    return shown.encode()[:MAX_MESSAGE].decode("utf-8", "ignore") or "Unhandled"
