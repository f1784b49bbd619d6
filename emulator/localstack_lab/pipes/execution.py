"""One execution of a pipe: a batch is enriched, transformed and sent.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs-execution-steps.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from localstack_lab.pipes.events import Event, enriched
from localstack_lab.pipes.faults import ExecutionFailed, PartlyFailed
from localstack_lab.pipes.logs import NoTrace, Trace
from localstack_lab.pipes.targets.base import Outgoing, Sent, Target
from localstack_lab.pipes.templates import Template


class Enrichment(Protocol):
    """A function or state machine that is asked for an answer."""

    def ask(self, events: list[Outgoing]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        """The answer, and the request and the answer for logs; raises ExecutionFailed."""
        ...


class Execution:
    """What a pipe does with each batch.

    :param constants: values of the reserved variables that do not change, by full name
    :param most: events that the target takes in one batch; None where it sets no bound
    """

    def __init__(
        self,
        target: Target,
        *,
        target_template: Template | None = None,
        enrichment: Enrichment | None = None,
        enrichment_template: Template | None = None,
        constants: Mapping[str, str] | None = None,
        most: int | None = None,
        trace: Callable[[], Trace | NoTrace] = NoTrace,
    ) -> None:
        self._target = target
        self._target_template = target_template
        self._enrichment = enrichment
        self._enrichment_template = enrichment_template
        self._constants = constants or {}
        self._most = most
        self._trace = trace

    def __call__(self, events: list[Event]) -> None:
        """Run once.

        :raises ExecutionFailed: nothing has arrived, or it is not known what has
        :raises PartlyFailed: some events have to be tried again
        """
        trace = self._trace()
        try:
            trace.step("ExecutionStarted", payload=lambda: [event.content for event in events])
            outgoing = self._enrich(events, trace) if self._enrichment else events
            if outgoing:
                self._send(events, outgoing, trace)
            else:
                trace.step("TargetStageSkipped")
            trace.step("ExecutionSucceeded")
        except PartlyFailed as failure:
            trace.step("ExecutionPartiallyFailed", failure.details)
            raise
        except ExecutionFailed as failure:
            trace.step("ExecutionFailed", failure.details)
            raise
        finally:
            trace.close()

    def _enrich(self, events: list[Event], trace: Trace | NoTrace) -> list[Event]:
        trace.step("EnrichmentStageEntered")
        try:
            payload = self._transform(events, self._enrichment_template, "Enrichment", trace)
            trace.step("EnrichmentInvocationStarted")
            assert self._enrichment is not None
            try:
                answer, request, response = self._enrichment.ask(payload)
            except ExecutionFailed as failure:
                trace.step("EnrichmentInvocationFailed", failure.details)
                raise
            trace.step("EnrichmentInvocationSucceeded", awsRequest=request, awsResponse=response)
            found = answer if isinstance(answer, list) else [answer] if answer not in (None, "", {}) else []
        except ExecutionFailed as failure:
            trace.step("EnrichmentStageFailed", failure.details)
            raise
        trace.step("EnrichmentStageSucceeded", payload=found)
        return [enriched(value) for value in found]

    def _send(self, events: list[Event], outgoing: list[Event], trace: Trace | NoTrace) -> None:
        trace.step("TargetStageEntered")
        try:
            payload = self._transform(outgoing, self._target_template, "Target", trace)
            sent = self._invoke(payload, trace)
            failed = self._failed(events, outgoing, sent)
        except ExecutionFailed as failure:
            trace.step("TargetStageFailed", failure.details)
            raise
        if failed:
            partly = PartlyFailed(failed, sent.reason)
            trace.step("TargetStagePartiallyFailed", partly.details)
            raise partly
        trace.step("TargetStageSucceeded", payload=lambda: [item.value for item in payload])

    def _invoke(self, payload: list[Outgoing], trace: Trace | NoTrace) -> Sent:
        trace.step("TargetInvocationStarted")
        try:
            if self._most is not None and len(payload) > self._most:
                raise ExecutionFailed(
                    f"The enrichment answered {len(payload)} events; the target takes {self._most} at a time"
                )
            sent = self._target.send(payload)
        except ExecutionFailed as failure:
            trace.step("TargetInvocationFailed", failure.details)
            raise
        partly = sent.failed or sent.reported
        name = "TargetInvocationPartiallyFailed" if partly else "TargetInvocationSucceeded"
        error = {"message": sent.reason} if partly else None
        trace.step(name, error, awsRequest=lambda: sent.request, awsResponse=lambda: sent.answer)
        return sent

    def _transform(
        self, events: list[Event], template: Template | None, stage: str, trace: Trace | NoTrace
    ) -> list[Outgoing]:
        if template is None:
            return [Outgoing(event) for event in events]
        trace.step(f"{stage}TransformationStarted")
        outgoing = [Outgoing(event, template.render(event, self._constants)) for event in events]
        trace.step(f"{stage}TransformationSucceeded", payload=lambda: [item.value for item in outgoing])
        return outgoing

    def _failed(self, events: list[Event], outgoing: list[Event], sent: Sent) -> list[int]:
        """Positions, in the batch from the source, of what has to be tried again."""
        if sent.reported is not None:
            identifiers = sent.reported
        elif outgoing is events:
            return sorted(set(sent.failed))
        else:
            found = [outgoing[at].id for at in sent.failed]
            if None in found:
                raise ExecutionFailed(
                    f"{sent.reason}. The enrichment left out the eventID or messageId of what failed."
                )
            identifiers = [identifier for identifier in found if identifier is not None]
        places = {event.id: at for at, event in enumerate(events)}
        unknown = [identifier for identifier in identifiers if identifier not in places]
        if unknown:
            raise ExecutionFailed(f"The target reported items that are not in the batch: {unknown[:5]}")
        return sorted({places[identifier] for identifier in identifiers})
