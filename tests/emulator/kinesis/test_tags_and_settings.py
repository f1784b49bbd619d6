"""Tags, policies, encryption, monitoring, limits and account settings."""

from typing import Any

import pytest
from localstack_lab.kinesis.engine import KinesisEngine
from localstack_lab.kinesis.errors import KinesisError

from tests.emulator.kinesis.inprocess import client
from tests.emulator.kinesis.reading import SHARD_0, arn, open_ranges, put, read_shard

POLICY = '{"Version": "2012-10-17", "Statement": []}'


def _tags(answer: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}


def test_old_and_new_tag_operations_see_the_same_tags(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(Tags={"a": "1"})
    kinesis.add_tags_to_stream(StreamName=name, Tags={"b": "2", "a": "one"})
    kinesis.tag_resource(ResourceARN=arn(name), Tags={"c": ""})

    assert _tags(kinesis.list_tags_for_stream(StreamName=name)) == {"a": "one", "b": "2", "c": ""}
    assert _tags(kinesis.list_tags_for_resource(ResourceARN=arn(name))) == {"a": "one", "b": "2", "c": ""}

    kinesis.remove_tags_from_stream(StreamName=name, TagKeys=["a", "unknown"])
    kinesis.untag_resource(ResourceARN=arn(name), TagKeys=["b"])
    assert _tags(kinesis.list_tags_for_stream(StreamName=name)) == {"c": ""}


def test_tags_are_listed_page_by_page(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(Tags={key: "" for key in "cab"})
    first = kinesis.list_tags_for_stream(StreamName=name, Limit=2)
    rest = kinesis.list_tags_for_stream(StreamName=name, ExclusiveStartTagKey="b")
    assert ([t["Key"] for t in first["Tags"]], first["HasMoreTags"]) == (["a", "b"], True)
    assert ([t["Key"] for t in rest["Tags"]], rest["HasMoreTags"]) == (["c"], False)


def test_consumers_have_tags_of_their_own(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(Tags={"of": "stream"})
    consumer = kinesis.register_stream_consumer(
        StreamARN=arn(name), ConsumerName="c", Tags={"of": "consumer"}
    )["Consumer"]["ConsumerARN"]
    kinesis.tag_resource(ResourceARN=consumer, Tags={"more": "x"})
    assert _tags(kinesis.list_tags_for_resource(ResourceARN=consumer)) == {"of": "consumer", "more": "x"}
    assert _tags(kinesis.list_tags_for_resource(ResourceARN=arn(name))) == {"of": "stream"}


def test_fifty_tags_are_the_most(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream(Tags={f"k{n}": "" for n in range(50)})
    kinesis.add_tags_to_stream(StreamName=name, Tags={"k0": "changed"})
    with refused("InvalidArgumentException", "cannot have more than 50 tags"):
        kinesis.add_tags_to_stream(StreamName=name, Tags={"k50": ""})


@pytest.mark.parametrize("tags", [{"a;b": ""}, {"a": "100%"}, {"a": "x*"}])
def test_tags_have_an_alphabet(kinesis: Any, make_stream: Any, refused: Any, tags: dict[str, str]) -> None:
    with refused("InvalidArgumentException", "Some tags contain invalid characters."):
        kinesis.add_tags_to_stream(StreamName=make_stream(), Tags=tags)


def test_tags_may_have_letters_of_any_script(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(Tags={"größe": "три _.:/=+-@ 4"})
    assert _tags(kinesis.list_tags_for_stream(StreamName=name)) == {"größe": "три _.:/=+-@ 4"}


# policies


def test_a_policy_is_kept_per_resource(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream()
    consumer = kinesis.register_stream_consumer(StreamARN=arn(name), ConsumerName="c")["Consumer"]
    assert kinesis.get_resource_policy(ResourceARN=arn(name))["Policy"] == "{}"

    kinesis.put_resource_policy(ResourceARN=arn(name), Policy=POLICY)

    assert kinesis.get_resource_policy(ResourceARN=arn(name))["Policy"] == POLICY
    assert kinesis.get_resource_policy(ResourceARN=consumer["ConsumerARN"])["Policy"] == "{}"
    kinesis.delete_resource_policy(ResourceARN=arn(name))
    with refused("ResourceNotFoundException", f"No resource policy found for resource ARN {arn(name)}"):
        kinesis.delete_resource_policy(ResourceARN=arn(name))


def test_a_policy_goes_with_its_stream(kinesis: Any, make_stream: Any, refused: Any) -> None:
    name = make_stream()
    kinesis.put_resource_policy(ResourceARN=arn(name), Policy=POLICY)
    kinesis.delete_stream(StreamName=name)
    with refused("ResourceNotFoundException", f"Stream with ARN {arn(name)} not found"):
        kinesis.get_resource_policy(ResourceARN=arn(name))
    kinesis.create_stream(StreamName=name, ShardCount=1)
    assert kinesis.get_resource_policy(ResourceARN=arn(name))["Policy"] == "{}"


@pytest.mark.parametrize(
    ("policy", "words"), [("{", "not valid JSON"), ("[]", "no Statement"), ("{}", "no Sta")]
)
def test_a_policy_is_a_policy_document(
    kinesis: Any, make_stream: Any, refused: Any, policy: str, words: str
) -> None:
    with refused("InvalidArgumentException", words):
        kinesis.put_resource_policy(ResourceARN=arn(make_stream()), Policy=policy)


# encryption


def test_records_say_whether_they_were_encrypted(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    put(kinesis, name, b"1")
    kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId="alias/aws/kinesis")
    answer = kinesis.put_record(StreamName=name, Data=b"2", PartitionKey="k")
    described = kinesis.describe_stream(StreamName=name)["StreamDescription"]
    kinesis.stop_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId="alias/aws/kinesis")
    put(kinesis, name, b"3")

    assert answer["EncryptionType"] == "KMS"
    assert (described["EncryptionType"], described["KeyId"]) == ("KMS", "alias/aws/kinesis")
    assert [record.get("EncryptionType") for record in read_shard(kinesis, name)] == [None, "KMS", None]
    assert "KeyId" not in kinesis.describe_stream(StreamName=name)["StreamDescription"]


@pytest.mark.parametrize("operation", ["start", "stop"])
def test_kms_is_the_only_encryption(kinesis: Any, make_stream: Any, refused: Any, operation: str) -> None:
    with refused("InvalidArgumentException", "KMS"):
        getattr(kinesis, f"{operation}_stream_encryption")(
            StreamName=make_stream(), EncryptionType="NONE", KeyId="alias/aws/kinesis"
        )


def test_encryption_stops_with_its_own_key(kinesis: Any, make_stream: Any, refused: Any) -> None:
    with refused("InvalidArgumentException", "is not encrypted with key other"):
        kinesis.stop_stream_encryption(StreamName=make_stream(), EncryptionType="KMS", KeyId="other")


def test_a_key_is_looked_up_before_it_is_used(refused: Any) -> None:
    def check(_account: str, _region: str, key: str) -> None:
        raise KinesisError("KMSNotFoundException", f"no key {key}")

    kinesis = client(KinesisEngine(check_key=check))
    kinesis.create_stream(StreamName="s", ShardCount=1)
    with refused("KMSNotFoundException", "no key mine"):
        kinesis.start_stream_encryption(StreamName="s", EncryptionType="KMS", KeyId="mine")


# monitoring and limits


def test_enhanced_monitoring_answers_before_and_after(kinesis: Any, make_stream: Any) -> None:
    name = make_stream()
    enabled = kinesis.enable_enhanced_monitoring(
        StreamName=name, ShardLevelMetrics=["IncomingBytes", "OutgoingBytes"]
    )
    assert (enabled["CurrentShardLevelMetrics"], enabled["DesiredShardLevelMetrics"]) == (
        [],
        ["IncomingBytes", "OutgoingBytes"],
    )
    every = kinesis.enable_enhanced_monitoring(StreamARN=arn(name), ShardLevelMetrics=["ALL"])
    assert len(every["DesiredShardLevelMetrics"]) == 7
    fewer = kinesis.disable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=["IncomingBytes"])
    assert len(fewer["DesiredShardLevelMetrics"]) == 6
    none = kinesis.disable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=["ALL"])
    assert none["DesiredShardLevelMetrics"] == []


def test_limits_count_open_shards_of_provisioned_streams(kinesis: Any, make_stream: Any) -> None:
    name = make_stream(2)
    kinesis.split_shard(StreamName=name, ShardToSplit=SHARD_0, NewStartingHashKey="1000")
    kinesis.create_stream(StreamName="demand", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    limits = kinesis.describe_limits()
    del limits["ResponseMetadata"]
    assert limits == {
        "ShardLimit": 100,
        "OpenShardCount": 3,
        "OnDemandStreamCount": 1,
        "OnDemandStreamCountLimit": 10,
    }


# account settings and warm throughput


def _commit(kinesis: Any, status: str) -> dict[str, Any]:
    answer = kinesis.update_account_settings(MinimumThroughputBillingCommitment={"Status": status})
    return answer["MinimumThroughputBillingCommitment"]


def test_a_commitment_lasts_a_day_at_least(kinesis: Any, clock: Any) -> None:
    before = kinesis.describe_account_settings()["MinimumThroughputBillingCommitment"]
    assert before == {"Status": "DISABLED"}
    assert _commit(kinesis, "ENABLED")["Status"] == "ENABLED"
    ending = _commit(kinesis, "DISABLED")
    assert ending["Status"] == "ENABLED_UNTIL_EARLIEST_ALLOWED_END"
    assert ending["EarliestAllowedEndAt"].timestamp() == clock.now + 86_400

    clock.advance(hours=24)

    after = kinesis.describe_account_settings()["MinimumThroughputBillingCommitment"]
    assert after["Status"] == "DISABLED"
    assert after["EndedAt"] == ending["EarliestAllowedEndAt"]


def test_a_commitment_given_up_can_be_taken_back(kinesis: Any, clock: Any) -> None:
    _commit(kinesis, "ENABLED")
    _commit(kinesis, "DISABLED")
    assert _commit(kinesis, "ENABLED")["Status"] == "ENABLED"
    clock.advance(hours=48)
    assert _commit(kinesis, "ENABLED")["Status"] == "ENABLED"


def test_warm_throughput_brings_shards(kinesis: Any, refused: Any) -> None:
    kinesis.create_stream(StreamName="s", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    with refused("ValidationException", "MinimumThroughputBillingCommitment"):
        kinesis.update_stream_warm_throughput(StreamName="s", WarmThroughputMiBps=8)
    _commit(kinesis, "ENABLED")

    answer = kinesis.update_stream_warm_throughput(StreamName="s", WarmThroughputMiBps=8)

    assert answer["WarmThroughput"] == {"TargetMiBps": 8, "CurrentMiBps": 4}
    assert len(open_ranges(kinesis, "s")) == 8
    summary = kinesis.describe_stream_summary(StreamName="s")["StreamDescriptionSummary"]
    assert summary["WarmThroughput"] == {"TargetMiBps": 8, "CurrentMiBps": 8}


def test_warm_throughput_is_for_on_demand_streams(kinesis: Any, make_stream: Any, refused: Any) -> None:
    _commit(kinesis, "ENABLED")
    with refused("ValidationException", "On-Demand mode only"):
        kinesis.update_stream_warm_throughput(StreamName=make_stream(), WarmThroughputMiBps=8)
    kinesis.create_stream(
        StreamName="warm", StreamModeDetails={"StreamMode": "ON_DEMAND"}, WarmThroughputMiBps=6
    )
    assert len(open_ranges(kinesis, "warm")) == 6


def test_fifty_consumers_with_a_commitment(kinesis: Any) -> None:
    _commit(kinesis, "ENABLED")
    kinesis.create_stream(StreamName="s", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    for number in range(50):
        kinesis.register_stream_consumer(StreamARN=arn("s"), ConsumerName=f"c{number}")
    assert len(kinesis.list_stream_consumers(StreamARN=arn("s"))["Consumers"]) == 50
