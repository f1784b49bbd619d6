"""EventBridge pipes: https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html"""

from dataclasses import dataclass
from typing import Any

from bootstrap.changes import Change
from bootstrap.ensure.ownership import differing, owner_in, require_owner, tag_map, verb
from bootstrap.ensure.waiting import until
from bootstrap.session import Session

KIND = "EventBridge pipe"
_GONE = "gone"
_PASSING = ("CREATING", "UPDATING", "STARTING", "STOPPING", "DELETING")


@dataclass(frozen=True, slots=True)
class Pipe:
    """What a pipe is to be.

    :param source_parameters: CreatePipe's SourceParameters; the starting position is fixed once it is made
    :param target_parameters: CreatePipe's TargetParameters
    """

    source: str
    target: str
    role_arn: str
    description: str
    source_parameters: dict[str, dict[str, Any]]
    target_parameters: dict[str, dict[str, Any]]


def _describe(pipes: Any, name: str) -> dict[str, Any] | None:
    try:
        return pipes.describe_pipe(Name=name)
    except pipes.exceptions.NotFoundException:
        return None


def _state(pipes: Any, name: str) -> str:
    existing = _describe(pipes, name)
    return _GONE if existing is None else existing["CurrentState"]


@verb(KIND)
def pipe(session: Session, name: str, *, owner: str, wanted: Pipe) -> Change:
    """A running pipe; one with another source (a stream that was made anew) is replaced.

    :raises ResourceError: it does not come to run, with its state
    """
    pipes = session.client("pipes")
    existing = _describe(pipes, name)
    if existing is None:
        _create(pipes, name, owner, wanted)
        return Change("created", KIND, name)
    require_owner(existing.get("Tags"), owner, KIND, name)
    if existing["Source"] != wanted.source:  # UpdatePipe cannot change it
        _delete(pipes, name)
        _create(pipes, name, owner, wanted)
        return Change("updated", KIND, name, "Source")
    changed = _changed(existing, wanted)
    if not changed:
        return Change("unchanged", KIND, name)
    until(KIND, name, lambda: _settled(pipes, name), good="settled", passing=_PASSING)
    source = {kind: _changeable(values) for kind, values in wanted.source_parameters.items()}
    pipes.update_pipe(
        Name=name,
        Target=wanted.target,
        RoleArn=wanted.role_arn,
        Description=wanted.description,
        DesiredState="RUNNING",
        SourceParameters=source,
        TargetParameters=wanted.target_parameters,
    )
    _running(pipes, name)
    return Change("updated", KIND, name, ", ".join(changed))


def _changed(existing: dict[str, Any], wanted: Pipe) -> list[str]:
    plain = {
        "Target": wanted.target,
        "RoleArn": wanted.role_arn,
        "Description": wanted.description,
        "DesiredState": "RUNNING",
    }
    changed = differing(plain, existing)
    for member, parameters in (
        ("SourceParameters", wanted.source_parameters),
        ("TargetParameters", wanted.target_parameters),
    ):
        actual = existing.get(member) or {}
        # AWS fills in what was not asked for; only what was asked for is compared
        if any(differing(values, actual.get(kind) or {}) for kind, values in parameters.items()):
            changed.append(member)
    if existing["CurrentState"].endswith("FAILED") and not changed:
        changed.append("CurrentState")
    return changed


def _changeable(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "StartingPosition"}


def _settled(pipes: Any, name: str) -> str:
    state = _state(pipes, name)
    return state if state in _PASSING else "settled"


def _create(pipes: Any, name: str, owner: str, wanted: Pipe) -> None:
    pipes.create_pipe(
        Name=name,
        Source=wanted.source,
        Target=wanted.target,
        RoleArn=wanted.role_arn,
        Description=wanted.description,
        DesiredState="RUNNING",
        SourceParameters=wanted.source_parameters,
        TargetParameters=wanted.target_parameters,
        Tags=tag_map(owner),
    )
    _running(pipes, name)


def _running(pipes: Any, name: str) -> None:
    until(KIND, name, lambda: _state(pipes, name), good="RUNNING", passing=(*_PASSING, "STOPPED"))


def _delete(pipes: Any, name: str) -> None:
    until(KIND, name, lambda: _settled(pipes, name), good="settled", passing=_PASSING)
    pipes.delete_pipe(Name=name)
    until(KIND, name, lambda: _state(pipes, name), good=_GONE, passing=_PASSING)


@verb(KIND)
def delete_pipe(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the pipe, if `owner` made it; answers once it is gone."""
    pipes = session.client("pipes")
    existing = _describe(pipes, name)
    if existing is None:
        return None
    if owner_in(existing.get("Tags")) != owner:
        return Change("unchanged", KIND, name, "not made by this pipeline")
    _delete(pipes, name)
    return Change("deleted", KIND, name)
