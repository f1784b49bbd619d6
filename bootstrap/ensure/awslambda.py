"""Lambda functions: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import WaiterError

from bootstrap.changes import Change
from bootstrap.ensure.ownership import differing, owner_in, require_owner, tag_map, verb
from bootstrap.errors import ResourceError
from bootstrap.session import Session

KIND = "Lambda function"
_POLL = {"Delay": 0.1, "MaxAttempts": 600}


@dataclass(frozen=True, slots=True)
class Function:
    """What a function is to be.

    :param handler: ``module.function`` inside the package
    :param package: the zip file's bytes
    :param timeout: seconds
    :param memory: MB
    """

    name: str
    handler: str
    package: bytes
    role_arn: str
    environment: dict[str, str] = field(default_factory=dict)
    timeout: int = 30
    memory: int = 256
    runtime: str = "python3.13"

    def configuration(self) -> dict[str, Any]:
        """The part that UpdateFunctionConfiguration takes, in the shape GetFunctionConfiguration answers."""
        return {
            "Handler": self.handler,
            "Role": self.role_arn,
            "Runtime": self.runtime,
            "Timeout": self.timeout,
            "MemorySize": self.memory,
            "Environment": {"Variables": self.environment},
        }

    def code_sha256(self) -> str:
        return base64.b64encode(hashlib.sha256(self.package).digest()).decode()


def _wait(awslambda: Any, name: str, what: str) -> None:
    awslambda.get_waiter(what).wait(FunctionName=name, WaiterConfig=_POLL)


@verb(KIND)
def function(session: Session, name: str, *, owner: str, wanted: Function) -> Change:
    """The function with this code (compared by hash) and configuration; answers once it can be invoked.

    :raises ResourceError: the function cannot become active, with Lambda's reason
    """
    awslambda = session.client("lambda")
    try:
        existing = awslambda.get_function(FunctionName=name)
    except awslambda.exceptions.ResourceNotFoundException:
        awslambda.create_function(
            FunctionName=name,
            Code={"ZipFile": wanted.package},
            Tags=tag_map(owner),
            **wanted.configuration(),
        )
        _settled(awslambda, name)
        return Change("created", KIND, name)
    require_owner(existing.get("Tags"), owner, KIND, name)
    actual = existing["Configuration"]
    changed = []
    if actual["CodeSha256"] != wanted.code_sha256():
        awslambda.update_function_code(FunctionName=name, ZipFile=wanted.package)
        _wait(awslambda, name, "function_updated_v2")
        changed.append("code")
    actual.setdefault("Environment", {"Variables": {}})  # left out of the answer when it is empty
    if different := differing(wanted.configuration(), actual):
        awslambda.update_function_configuration(FunctionName=name, **wanted.configuration())
        _wait(awslambda, name, "function_updated_v2")
        changed += different
    if not changed:
        return Change("unchanged", KIND, name)
    _settled(awslambda, name)
    return Change("updated", KIND, name, ", ".join(changed))


def _settled(awslambda: Any, name: str) -> None:
    """Wait until the function can be invoked.

    :raises ResourceError: Lambda gave it up, or takes longer than a minute
    """
    try:
        _wait(awslambda, name, "function_active_v2")
    except WaiterError as error:
        state = error.last_response.get("Configuration", {})
        reason = f"did not become active: {state.get('StateReason') or state.get('State') or error}"
        raise ResourceError(KIND, name, reason) from error


@verb(KIND)
def delete_function(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the function, if `owner` made it."""
    awslambda = session.client("lambda")
    try:
        tags = awslambda.get_function(FunctionName=name).get("Tags")
    except awslambda.exceptions.ResourceNotFoundException:
        return None
    if owner_in(tags) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    awslambda.delete_function(FunctionName=name)
    return Change("deleted", KIND, name)
