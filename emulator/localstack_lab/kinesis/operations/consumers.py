"""Enhanced fan-out consumers.

https://docs.aws.amazon.com/streams/latest/dev/building-enhanced-consumers-api.html
"""

from typing import Any

from localstack_lab.kinesis import iterators, tokens
from localstack_lab.kinesis.engine import Caller, KinesisEngine, parse_arn
from localstack_lab.kinesis.errors import (
    in_use,
    invalid_argument,
    limit_exceeded,
    not_found,
    stream_not_found,
)
from localstack_lab.kinesis.stream import Consumer, Stream
from localstack_lab.kinesis.subscriptions import Subscription
from localstack_lab.kinesis.times import moment

MAX_CONSUMERS = 20
MAX_CONSUMERS_ADVANTAGE = 50  # on-demand streams of an account with a minimum throughput billing commitment
MAX_CREATING = 5
PAGE = 100


def _described(consumer: Consumer, now: float) -> dict[str, Any]:
    return {
        "ConsumerName": consumer.name,
        "ConsumerARN": consumer.arn,
        "ConsumerStatus": consumer.status(now),
        "ConsumerCreationTimestamp": moment(consumer.created),
    }


def consumer_of(stream: Stream, arn: str | None, name: str | None) -> Consumer:
    """:raises KinesisError: ResourceNotFoundException; InvalidArgumentException when ARN and name differ"""
    for consumer in stream.consumers.values():
        if (arn and consumer.arn == arn) or (not arn and consumer.name == name):
            if arn and name and consumer.name != name:
                raise invalid_argument(f"ConsumerARN {arn} and ConsumerName {name} name different consumers.")
            return consumer
    raise not_found(f"Consumer {arn or name}, account {stream.account} not found.")


def _stream_of(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> Any:
    arn = request.get("ConsumerARN")
    if arn is None:
        if not request.get("StreamARN") or not request.get("ConsumerName"):
            raise invalid_argument("Either ConsumerARN, or StreamARN and ConsumerName, must be given.")
        return engine.using(caller, request)
    account, region, name = parse_arn(arn)
    stream_arn = request.get("StreamARN")
    if stream_arn and not arn.startswith(stream_arn + "/"):
        raise invalid_argument(f"ConsumerARN {arn} and StreamARN {stream_arn} name different streams.")
    if region != caller.region:
        raise stream_not_found(name, account)
    return engine.locked(account, region, name)


def register_stream_consumer(
    engine: KinesisEngine, caller: Caller, request: dict[str, Any]
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html"""
    from localstack_lab.kinesis.operations.tags import check_tags
    from localstack_lab.kinesis.operations.warmth import committed

    name, tags = request["ConsumerName"], dict(request.get("Tags") or {})
    with engine.using(caller, request) as stream:
        now = engine.clock()
        if stream.status in ("CREATING", "DELETING"):
            stream.require_active()
        check_tags(tags, tags, stream.name, stream.account)
        if name in stream.consumers:
            raise in_use(f"Consumer {name} under stream {stream.name} already exists for {stream.account}.")
        advantage = stream.mode == "ON_DEMAND" and committed(
            engine.region(stream.account, stream.region), now
        )
        most = MAX_CONSUMERS_ADVANTAGE if advantage else MAX_CONSUMERS
        if len(stream.consumers) >= most:
            raise limit_exceeded(
                f"Stream {stream.name} under account {stream.account} has {most} registered consumers, "
                "which is "
                "the most a stream can have."
            )
        if sum(c.status(now) == "CREATING" for c in stream.consumers.values()) >= MAX_CREATING:
            raise limit_exceeded(f"At most {MAX_CREATING} consumers can be in state CREATING.")
        arn = f"{stream.arn}/consumer/{name}:{int(now)}"
        consumer = Consumer(name, arn, now, now + engine.settings.latency, tags)
        stream.consumers[name] = consumer
        return {"Consumer": _described(consumer, now) | {"ConsumerStatus": "CREATING"}}


def deregister_stream_consumer(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeregisterStreamConsumer.html"""
    with _stream_of(engine, caller, request) as stream:
        consumer = consumer_of(stream, request.get("ConsumerARN"), request.get("ConsumerName"))
        consumer.gone_at = engine.clock() + engine.settings.latency
        engine.region(stream.account, stream.region).policies.pop(consumer.arn, None)
        engine.subscriptions.forget(consumer.arn)
        stream.settle(engine.clock(), engine.counter)
        stream.condition.notify_all()


def describe_stream_consumer(
    engine: KinesisEngine, caller: Caller, request: dict[str, Any]
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamConsumer.html"""
    with _stream_of(engine, caller, request) as stream:
        consumer = consumer_of(stream, request.get("ConsumerARN"), request.get("ConsumerName"))
        return {"ConsumerDescription": _described(consumer, engine.clock()) | {"StreamARN": stream.arn}}


def list_stream_consumers(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreamConsumers.html"""
    now, after = engine.clock(), ""
    with engine.using(caller, request) as stream:
        if token := request.get("NextToken"):
            if request.get("StreamCreationTimestamp") is not None:
                raise invalid_argument("NextToken and StreamCreationTimestamp cannot be provided together.")
            of, after = tokens.open_page("consumers", token, now)
            if of != stream.arn:
                raise invalid_argument("The NextToken belongs to another stream.")
        require_same_creation(stream, request)
        limit = min(request.get("MaxResults") or PAGE, PAGE)
        names = [name for name in sorted(stream.consumers) if name > after]
        answer: dict[str, Any] = {
            "Consumers": [_described(stream.consumers[name], now) for name in names[:limit]]
        }
        if len(names) > limit:
            answer["NextToken"] = tokens.page("consumers", now, stream.arn, names[limit - 1])
        return answer


def require_same_creation(stream: Stream, request: dict[str, Any]) -> None:
    """StreamCreationTimestamp tells a stream from an earlier one of its name; AWS answers whole seconds."""
    given = request.get("StreamCreationTimestamp")
    if given is not None and iterators.milliseconds(given) // 1000 != int(stream.created):
        raise stream_not_found(stream.name, stream.account)


def subscribe_to_shard(engine: KinesisEngine, caller: Caller, request: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html

    :return: ``EventStream``: a generator of events, see `subscriptions.Subscription.events`
    """
    with _stream_of(engine, caller, request) as stream:
        now, start = engine.clock(), request["StartingPosition"]
        consumer = consumer_of(stream, request["ConsumerARN"], None)
        if consumer.status(now) != "ACTIVE":
            raise in_use(f"Consumer {consumer.arn} is not ACTIVE, instead in state {consumer.status(now)}")
        shard = stream.shard(request["ShardId"])
        position = iterators.position(
            stream,
            shard,
            start["Type"],
            start.get("SequenceNumber"),
            start.get("Timestamp"),
            engine.counter.last(),
            now,
            engine.store,
        )
        number = engine.subscriptions.start(consumer.arn, shard.id, now)
        stream.condition.notify_all()  # an earlier subscription notices that it was taken over
        subscription = Subscription(
            engine=engine,
            subscriptions=engine.subscriptions,
            number=number,
            consumer_arn=consumer.arn,
            stream=stream,
            shard=shard,
            position=position,
            expires=now + engine.settings.subscription_seconds(),
        )
        return {"EventStream": subscription.events()}
