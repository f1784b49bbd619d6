"""One execution: enrichment, templates, what failed, and the steps that are logged."""

import json
from typing import Any

import pytest
from localstack_lab.pipes import templates
from localstack_lab.pipes.execution import Execution
from localstack_lab.pipes.faults import ExecutionFailed, PartlyFailed
from localstack_lab.pipes.logs import MOST_RECORD_BYTES, Trace
from localstack_lab.pipes.targets.base import Outgoing, Sent, reported_failures

from tests.emulator.pipes.recorded import event

BATCH = ["kinesis", "kinesis_plain"]


class Recorder:
    """A target and an enrichment: remembers what it gets, answers what it is told."""

    def __init__(self, sent: Sent | Exception | None = None, answer: Any = None) -> None:
        self.sent = sent or Sent({"asked": 1}, {"answered": 2})
        self.answer = answer
        self.got: list[list[Any]] = []

    def send(self, events: list[Outgoing]) -> Sent:
        self.got.append([outgoing.value for outgoing in events])
        if isinstance(self.sent, Exception):
            raise self.sent
        return self.sent

    def ask(self, events: list[Outgoing]) -> tuple[Any, dict[str, Any], dict[str, Any]]:
        self.got.append([outgoing.value for outgoing in events])
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer, {}, {}


def run(
    target: Recorder, level: str = "TRACE", records: list[dict[str, Any]] | None = None, **settings: Any
) -> list[dict[str, Any]]:
    """Run once on two events; answers the log's records, which are also in `records` when it fails."""
    found = [] if records is None else records

    def write(texts: list[str]) -> None:
        found.extend(json.loads(text) for text in texts)

    execution = Execution(target, trace=lambda: Trace("arn:pipe", level, True, write), **settings)
    execution([event(name) for name in BATCH])
    return found


def steps(records: list[dict[str, Any]]) -> list[str]:
    return [record["messageType"] for record in records]


def test_a_batch_passes_as_it_is_without_templates() -> None:
    target = Recorder()
    records = run(target)
    assert target.got == [[event(name).content for name in BATCH]]
    assert steps(records) == [
        *("ExecutionStarted", "TargetStageEntered", "TargetInvocationStarted"),
        *("TargetInvocationSucceeded", "TargetStageSucceeded", "ExecutionSucceeded"),
    ]
    assert json.loads(records[3]["awsRequest"]) == {"asked": 1}
    assert json.loads(records[3]["awsResponse"]) == {"answered": 2}


def test_an_enrichment_gets_its_template_and_the_target_gets_what_it_answers() -> None:
    enrichment, target = Recorder(answer=[{"x": 1}, {"x": 2}, {"x": 3}]), Recorder()
    records = run(
        target,
        enrichment=enrichment,
        enrichment_template=templates.parse('{"key": "<$.partitionKey>"}'),
        target_template=templates.parse("<$.x>"),
    )
    assert enrichment.got == [[{"key": "order-17"}, {"key": "1"}]]
    assert target.got == [[1, 2, 3]]
    assert steps(records)[1:7] == [
        *("EnrichmentStageEntered", "EnrichmentTransformationStarted", "EnrichmentTransformationSucceeded"),
        *("EnrichmentInvocationStarted", "EnrichmentInvocationSucceeded", "EnrichmentStageSucceeded"),
    ]


@pytest.mark.parametrize("nothing", ["", {}, [], None])
def test_an_empty_answer_of_the_enrichment_keeps_the_target_from_being_invoked(nothing: Any) -> None:
    target = Recorder()
    records = run(target, enrichment=Recorder(answer=nothing))
    assert target.got == []
    assert steps(records)[-2:] == ["TargetStageSkipped", "ExecutionSucceeded"]


@pytest.mark.parametrize(("answer", "batch"), [({"x": 1}, [{"x": 1}]), ([{}], [{}]), ("text", ["text"])])
def test_other_answers_are_a_batch(answer: Any, batch: list[Any]) -> None:
    target = Recorder()
    run(target, enrichment=Recorder(answer=answer))
    assert target.got == [batch]


def test_more_events_than_the_target_takes_are_not_sent() -> None:
    target = Recorder()
    with pytest.raises(ExecutionFailed, match="answered 11 events; the target takes 10"):
        run(target, enrichment=Recorder(answer=[{}] * 11), most=10)
    assert target.got == []


def test_a_failure_is_told_at_every_level_of_the_log_that_it_belongs_to() -> None:
    fault = ExecutionFailed("refused", {"httpStatusCode": 403, "awsService": "sqs", "secret": 1})
    records: list[dict[str, Any]] = []
    with pytest.raises(ExecutionFailed):
        run(Recorder(fault), "ERROR", records)
    assert steps(records) == ["TargetInvocationFailed", "TargetStageFailed", "ExecutionFailed"]
    assert records[0]["error"] == {"httpStatusCode": 403, "message": "refused", "awsService": "sqs"}
    records.clear()
    with pytest.raises(ExecutionFailed):
        run(Recorder(), "INFO", records, enrichment=Recorder(answer=fault))
    assert steps(records) == [
        *("ExecutionStarted", "EnrichmentStageEntered", "EnrichmentInvocationFailed"),
        *("EnrichmentStageFailed", "ExecutionFailed"),
    ]


def test_positions_and_reported_ids_become_positions_in_the_batch() -> None:
    with pytest.raises(PartlyFailed) as caught:
        run(Recorder(Sent({}, {}, failed=[1])))
    assert caught.value.failed == [1]
    second = event("kinesis_plain").id
    assert second is not None
    with pytest.raises(PartlyFailed) as caught:
        run(Recorder(Sent({}, {}, reported=[second, second])))
    assert caught.value.failed == [1]
    with pytest.raises(ExecutionFailed, match="not in the batch"):
        run(Recorder(Sent({}, {}, reported=["nobody"])))


def test_after_an_enrichment_events_are_known_by_the_ids_that_it_kept() -> None:
    kept = [{"eventID": event(name).id, "new": True} for name in reversed(BATCH)]
    with pytest.raises(PartlyFailed) as caught:
        run(Recorder(Sent({}, {}, failed=[0])), enrichment=Recorder(answer=kept))
    assert caught.value.failed == [1]
    with pytest.raises(ExecutionFailed, match="left out the eventID"):
        run(Recorder(Sent({}, {}, failed=[0])), enrichment=Recorder(answer=[{}, {}]))


@pytest.mark.parametrize(
    "payload", [None, {}, [], "text", {"batchItemFailures": []}, {"batchItemFailures": None}]
)
def test_answers_that_are_a_success(payload: Any) -> None:
    assert reported_failures(payload) is None


@pytest.mark.parametrize("item", [{}, {"itemIdentifier": ""}, {"itemIdentifier": None}, {"id": "1"}, "1"])
def test_answers_that_are_a_complete_failure(item: Any) -> None:
    with pytest.raises(ExecutionFailed, match="without an itemIdentifier"):
        reported_failures({"batchItemFailures": [item]})


def test_a_record_of_the_log_is_cut_to_256_kb_payload_first() -> None:
    written: list[str] = []
    trace = Trace("arn:pipe", "TRACE", True, written.extend)
    trace.step("TargetInvocationSucceeded", awsRequest="r" * 200_000, awsResponse="s" * 100_000)
    trace.step("ExecutionStarted", payload="p" * 10)
    trace.close()
    long, short = (json.loads(record) for record in written)
    assert len(written[0].encode()) <= MOST_RECORD_BYTES
    assert long["truncatedFields"] == ["awsRequest"]
    assert len(long["awsResponse"]) == 100_000
    assert "truncatedFields" not in short
