"""The API's exceptions in AWS's form.

https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/CommonErrors.html
"""

from __future__ import annotations

import json

from localstack.aws.api.pipes import ConflictException, NotFoundException, ValidationException


def shape_error(problems: list[str]) -> ValidationException:
    """A request that does not fit the API's model: the model's own sentences, in brackets."""
    return ValidationException(f"[{', '.join(problems)}]")


def field_errors(problems: list[tuple[str, str]]) -> ValidationException:
    """Parameters that do not fit together: (name, sentence) each, as a JSON document in the message."""
    fields = [{"Name": name, "Message": message} for name, message in problems]
    message = json.dumps({"ValidationErrorFields": fields}, separators=(",", ":"))
    listed = [{"name": name, "message": message} for name, message in problems]
    return ValidationException(message, fieldList=listed)


def not_found(name: str) -> NotFoundException:
    """There is no pipe of that name."""
    return NotFoundException(f"Pipe {name} does not exist.")


def already_exists(name: str) -> ConflictException:
    """A pipe of that name is there already."""
    return ConflictException(f"Pipe {name} already exists.", resourceId=name, resourceType="pipe")


def in_transition(name: str, state: str) -> ConflictException:
    """A pipe that is between two states cannot be changed."""
    message = f"Pipe {name} is in state {state} and cannot be changed now."
    return ConflictException(message, resourceId=name, resourceType="pipe")
