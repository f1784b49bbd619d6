"""The ten operations of EventBridge Pipes.

https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_Operations.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.pipes import PipesApi, ValidationException
from localstack.services.plugins import ServiceLifecycleHook
from localstack.state import StateVisitor

from localstack_lab.pipes import constraints, refusals, validation
from localstack_lab.pipes.lifecycle import Busy, Lifecycle
from localstack_lab.pipes.model import BETWEEN, Pipe, pipes_stores
from localstack_lab.pipes.worker import Worker

PAGE = 100
MOST_TAGS = 50

Members = dict[str, Any]
"""A request or an answer, with members as in the API."""


def _worker(pipe: Pipe, lost: Callable[[str], None]) -> Worker:
    return Worker(pipe.name, pipe.arn, pipe.definition, pipe.checkpoints, lost)


class LabPipesProvider(PipesApi, ServiceLifecycleHook):
    """Pipes of all accounts and regions; each runs in threads of its own."""

    def __init__(self) -> None:
        self._lifecycle = Lifecycle(_worker)

    def accept_state_visitor(self, visitor: StateVisitor) -> None:
        """Definitions, states and checkpoints."""
        visitor.visit(pipes_stores)

    def on_before_stop(self) -> None:
        """End every pipe; checkpoints are settled."""
        self._lifecycle.pause()

    def on_before_state_reset(self) -> None:
        """Nothing may run on with the old state."""
        self._lifecycle.pause()

    def on_before_state_save(self) -> None:
        """Stand still, so that checkpoints are exact."""
        self._lifecycle.pause()

    def on_after_state_save(self) -> None:
        """Go on."""
        self._resume()

    def on_before_state_load(self) -> None:
        """Nothing may run on with the old state."""
        self._lifecycle.pause()

    def on_after_state_load(self) -> None:
        """Go on with what was loaded."""
        self._resume()

    def _resume(self) -> None:
        for _account, _region, store in pipes_stores.iter_stores():
            for pipe in list(store.pipes.values()):
                self._lifecycle.resume(pipe)

    @handler("CreatePipe", expand=False)
    def create_pipe(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_CreatePipe.html"""
        constraints.check("CreatePipe", request)
        pipes, name = _pipes(context), request["Name"]
        if name in pipes:
            raise refusals.already_exists(name)
        pipe = Pipe(
            name=name,
            account=context.account_id,
            region=context.region,
            definition=validation.definition(request),
            desired_state=str(request.get("DesiredState") or "RUNNING"),
            tags=dict(request.get("Tags") or {}),
        )
        if pipes.setdefault(name, pipe) is not pipe:
            raise refusals.already_exists(name)
        answer = pipe.brief()
        self._lifecycle.create(pipe)
        return answer

    @handler("DescribePipe", expand=False)
    def describe_pipe(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html"""
        constraints.check("DescribePipe", request)
        return _pipe(context, request["Name"]).described()

    @handler("UpdatePipe", expand=False)
    def update_pipe(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_UpdatePipe.html"""
        constraints.check("UpdatePipe", request)
        pipe = _settled(context, request["Name"])
        definition = validation.updated(pipe.definition, request)
        desired = request.get("DesiredState")
        with _one_order(pipe):
            self._lifecycle.update(pipe, definition, str(desired) if desired else None)
        return pipe.brief() | {"CurrentState": "UPDATING"}

    @handler("StartPipe", expand=False)
    def start_pipe(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_StartPipe.html"""
        constraints.check("StartPipe", request)
        pipe = _settled(context, request["Name"])
        if pipe.current_state == "RUNNING":
            return pipe.brief()
        with _one_order(pipe):
            self._lifecycle.start(pipe)
        return pipe.brief() | {"CurrentState": "STARTING"}

    @handler("StopPipe", expand=False)
    def stop_pipe(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_StopPipe.html"""
        constraints.check("StopPipe", request)
        pipe = _settled(context, request["Name"])
        if pipe.current_state == "STOPPED":
            return pipe.brief()
        with _one_order(pipe):
            self._lifecycle.stop(pipe)
        return pipe.brief() | {"CurrentState": "STOPPING"}

    @handler("DeletePipe", expand=False)
    def delete_pipe(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DeletePipe.html"""
        constraints.check("DeletePipe", request)
        pipe = _settled(context, request["Name"])
        pipes = _pipes(context)
        with _one_order(pipe):
            self._lifecycle.delete(pipe, lambda: _forget(pipes, pipe))
        return pipe.brief() | {"CurrentState": "DELETING"}

    @handler("ListPipes", expand=False)
    def list_pipes(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_ListPipes.html"""
        constraints.check("ListPipes", request)
        after = _opened(request.get("NextToken"))
        found = [pipe.listed() for name, pipe in sorted(_pipes(context).items()) if name > after]
        found = [entry for entry in found if _wanted(entry, request)]
        limit = request.get("Limit") or PAGE
        answer: Members = {"Pipes": found[:limit]}
        if len(found) > limit:
            answer["NextToken"] = base64.urlsafe_b64encode(found[limit - 1]["Name"].encode()).decode()
        return answer

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_TagResource.html"""
        constraints.check("TagResource", request)
        pipe = _tagged(context, request["resourceArn"])
        tags = {**pipe.tags, **request["tags"]}
        if len(tags) > MOST_TAGS:
            raise ValidationException(f"A pipe may have {MOST_TAGS} tags; these would be {len(tags)}.")
        pipe.tags = tags
        return {}

    @handler("UntagResource", expand=False)
    def untag_resource(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_UntagResource.html"""
        constraints.check("UntagResource", request)
        pipe = _tagged(context, request["resourceArn"])
        pipe.tags = {key: value for key, value in pipe.tags.items() if key not in request["tagKeys"]}
        return {}

    @handler("ListTagsForResource", expand=False)
    def list_tags_for_resource(self, context: RequestContext, request: Members) -> Members:
        """https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_ListTagsForResource.html"""
        constraints.check("ListTagsForResource", request)
        return {"tags": dict(_tagged(context, request["resourceArn"]).tags)}


def _pipes(context: RequestContext) -> dict[str, Pipe]:
    return pipes_stores[context.account_id][context.region].pipes


def _forget(pipes: dict[str, Pipe], pipe: Pipe) -> None:
    pipes.pop(pipe.name, None)


def _pipe(context: RequestContext, name: str) -> Pipe:
    pipe = _pipes(context).get(name)
    if pipe is None:
        raise refusals.not_found(name)
    return pipe


def _settled(context: RequestContext, name: str) -> Pipe:
    """The pipe, unless it is between two states."""
    pipe = _pipe(context, name)
    if pipe.current_state in BETWEEN:
        raise refusals.in_transition(name, pipe.current_state)
    return pipe


@contextmanager
def _one_order(pipe: Pipe) -> Iterator[None]:
    """Refuse an order that came a moment after another one."""
    try:
        yield
    except Busy as error:
        raise refusals.in_transition(pipe.name, str(error)) from error


def _tagged(context: RequestContext, arn: str) -> Pipe:
    name = arn.rsplit("/", 1)[-1]
    pipe = _pipes(context).get(name)
    if pipe is None or pipe.arn != arn:
        raise refusals.not_found(name)
    return pipe


def _wanted(entry: dict[str, Any], request: dict[str, Any]) -> bool:
    """Whether a pipe passes the filters of ListPipes."""
    for name in ("DesiredState", "CurrentState"):
        if request.get(name) and entry[name] != request[name]:
            return False
    return all(
        entry[name].startswith(request.get(f"{name}Prefix") or "") for name in ("Name", "Source", "Target")
    )


def _opened(token: str | None) -> str:
    """The name behind which a page begins."""
    if not token:
        return ""
    try:
        return base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValidationException("The NextToken is not one of ListPipes.") from error
