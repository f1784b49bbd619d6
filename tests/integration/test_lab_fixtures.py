"""The fixtures that every integration test stands on."""

from collections.abc import Callable
from typing import Any

from lab.health import health


def test_the_lab_of_the_session_is_healthy(lab_port: int) -> None:
    answer = health(lab_port)
    assert answer is not None
    assert answer["version"] == "4.14.0"


def test_a_client_reaches_the_lab(aws: Callable[..., Any], unique: Callable[[str], str]) -> None:
    queue = unique("fixture")
    url = aws("sqs").create_queue(QueueName=queue)["QueueUrl"]
    assert url.startswith("http://localhost:")
    assert url.endswith(f"/queue/us-east-1/000000000000/{queue}")
    assert aws("sqs", "ap-southeast-2").list_queues(QueueNamePrefix=queue).get("QueueUrls", []) == []
    aws("sqs").delete_queue(QueueUrl=url)
