"""What a Python function finds around it: code, layers, variables, context, folders, logs."""

import base64
import json
import os
import urllib.request
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from tests.support.functions import Functions, functions_of, zip_of
from tests.support.waiting import eventually


@pytest.fixture
def make_function(aws, unique) -> Iterator[Functions]:
    with functions_of(aws, unique) as make:
        yield make


def test_a_function_answers_what_its_handler_returns(make_function):
    function = make_function()

    answer = function.invoke({"orders": [1, 2.5, "ü", None, True]})

    assert answer.payload == {"orders": [1, 2.5, "ü", None, True]}
    assert (answer.error, answer.version) == (None, "$LATEST")


def test_an_empty_payload_is_an_empty_object(make_function, aws):
    function = make_function()

    answer = aws("lambda").invoke(FunctionName=function.name)

    assert json.load(answer["Payload"]) == {}


def test_a_warm_environment_keeps_its_process(make_function):
    function = make_function("""
        import os
        calls = []
        def handler(event, context):
            calls.append(1)
            return [os.getpid(), len(calls)]
    """)

    first, second = function.invoke().payload, function.invoke().payload

    assert first == [first[0], 1]
    assert second == [first[0], 2]


def test_the_context_object_is_whole(make_function):
    function = make_function(
        """
        def handler(event, context):
            known = {name: getattr(context, name) for name in (
                "function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb",
                "aws_request_id", "log_group_name", "log_stream_name")}
            client = context.client_context
            return known | {
                "left": context.get_remaining_time_in_millis(),
                "identity": context.identity.cognito_identity_id,
                "client": [client.client.app_title, client.custom, client.env] if client else None,
            }
        """,
        MemorySize=192,
        Timeout=7,
    )
    context = {"client": {"app_title": "Läden"}, "custom": {"a": "1"}, "env": {"locale": "de"}}

    seen = function.invoke(ClientContext=base64.b64encode(json.dumps(context).encode()).decode()).payload

    assert seen["function_name"] == function.name
    assert seen["function_version"] == "$LATEST"
    assert seen["invoked_function_arn"] == function.arn
    assert seen["memory_limit_in_mb"] == "192"
    assert seen["log_group_name"] == f"/aws/lambda/{function.name}"
    assert "/[$LATEST]" in seen["log_stream_name"]
    assert len(seen["aws_request_id"]) == 36
    assert 0 < seen["left"] <= 7000
    assert seen["identity"] is None
    assert seen["client"] == ["Läden", {"a": "1"}, {"locale": "de"}]
    assert function.invoke().payload["client"] is None


def test_a_client_context_that_is_not_base64_json_is_refused(make_function, aws):
    function = make_function()

    with pytest.raises(ClientError, match="valid Base64-encoded JSON object") as raised:
        aws("lambda").invoke(FunctionName=function.name, ClientContext="!!")

    assert raised.value.response["Error"]["Code"] == "InvalidRequestContentException"


def test_a_payload_that_is_not_json_is_refused(make_function, aws):
    function = make_function()

    with pytest.raises(ClientError, match="Could not parse request body into json"):
        aws("lambda").invoke(FunctionName=function.name, Payload=b"{'a': 1}")


@pytest.mark.parametrize(("kind", "limit"), [("RequestResponse", 6 * 1024 * 1024), ("Event", 1024 * 1024)])
def test_a_payload_over_awss_limit_is_refused(make_function, aws, kind, limit):
    function = make_function("def handler(event, context):\n    return len(event)\n")
    client = aws("lambda")

    with pytest.raises(ClientError) as raised:
        client.invoke(
            FunctionName=function.name, InvocationType=kind, Payload=json.dumps("x" * limit).encode()
        )

    error = raised.value.response["Error"]
    assert error["Code"] == "RequestEntityTooLargeException"
    assert error["Message"] == (
        f"{limit + 2} byte payload is too large for the {kind} invocation type (limit {limit} bytes)"
    )
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    largest = client.invoke(
        FunctionName=function.name, InvocationType=kind, Payload=json.dumps("x" * (limit - 2)).encode()
    )
    assert largest["StatusCode"] in (200, 202)
    if kind == "RequestResponse":
        assert json.load(largest["Payload"]) == limit - 2


def test_a_function_sees_awss_variables_and_its_own_and_nothing_of_the_host(make_function):
    function = make_function(
        """
        import os, sys
        def handler(event, context):
            return {"variables": dict(os.environ), "path": sys.path, "cwd": os.getcwd(),
                    "files": os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []}
        """,
        Environment={"Variables": {"TABLE": "orders", "PYTHONPATH": "/opt/mine"}},
    )

    seen = function.invoke().payload
    variables = seen["variables"]

    assert variables["TABLE"] == "orders"
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == function.name
    assert variables["AWS_REGION"] == "us-east-1"
    assert variables["_HANDLER"] == "app.handler"
    assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert variables["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert variables["TZ"] == ":UTC"
    allowed = (
        "AWS_",
        "LAMBDA_",
        "LAB_SANDBOX",
        "_X_AMZN_TRACE_ID",
        "_HANDLER",
        "LOCALSTACK_HOSTNAME",
        "EDGE_PORT",
    )
    allowed += ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "LANG", "TZ", "HOME", "TMPDIR", "TABLE", "LC_CTYPE")
    assert [name for name in variables if not name.startswith(allowed)] == []
    assert variables["HOME"] != os.path.expanduser("~")
    assert seen["cwd"] == variables["LAMBDA_TASK_ROOT"]
    assert not [folder for folder in seen["path"] if "dist-packages" in folder or ".venv" in folder]
    # Input, both outputs, the log channel, the Runtime API's connection and listdir's own.
    assert len(seen["files"]) <= 9


def test_the_runtime_brings_boto3_and_nothing_of_localstack(make_function):
    function = make_function("""
        import importlib.util
        def handler(event, context):
            return {name: importlib.util.find_spec(name) is not None for name in event}
    """)

    found = function.invoke(
        ["boto3", "botocore", "urllib3", "dateutil", "localstack", "moto", "requests"]
    ).payload

    assert [name for name, there in found.items() if there] == ["boto3", "botocore", "urllib3", "dateutil"]


def test_boto3_in_a_function_talks_to_the_lab(make_function, aws, unique):
    bucket = unique("from-a-function")
    aws("s3").create_bucket(Bucket=bucket)
    function = make_function("""
        import boto3
        def handler(event, context):
            boto3.client("s3").put_object(Bucket=event, Key="made/by.txt", Body=b"a function")
            return boto3.client("sts").get_caller_identity()["Account"]
    """)

    account = function.invoke(bucket)

    assert account.payload == "000000000000"
    assert aws("s3").get_object(Bucket=bucket, Key="made/by.txt")["Body"].read() == b"a function"
    aws("s3").delete_object(Bucket=bucket, Key="made/by.txt")
    aws("s3").delete_bucket(Bucket=bucket)


def test_a_package_of_the_functions_own_comes_before_the_runtimes(make_function):
    function = make_function(
        "import boto3\ndef handler(event, context):\n    return boto3.MARK\n",
        files={"boto3.py": "MARK = 'mine'\n"},
    )

    assert function.invoke().payload == "mine"


def test_a_handler_in_a_folder_of_the_package(make_function):
    function = make_function(
        "",
        files={"jobs/daily.py": "def run(event, context):\n    return __name__\n"},
        Handler="jobs/daily.run",
    )

    assert function.invoke().payload == "jobs.daily"


def test_layers_lie_under_opt_and_a_later_one_wins(make_function, aws, unique):
    client = aws("lambda")
    arns = []
    for number, files in enumerate(
        (
            {"python/shared.py": "VALUE = 'first'\n", "data/first.txt": "1"},
            {
                "python/shared.py": "VALUE = 'second'\n",
                "python/lib/python3.13/site-packages/deep.py": "VALUE = 3\n",
            },
        )
    ):
        name = unique(f"layer{number}")
        arns.append(
            client.publish_layer_version(LayerName=name, Content={"ZipFile": zip_of(files)})[
                "LayerVersionArn"
            ]
        )
    function = make_function(
        """
        import os, shared, deep
        def handler(event, context):
            opt = next(part[:-4] for part in os.environ["PATH"].split(":") if part.endswith("/bin") and
                       os.path.exists(part[:-4] + "/data"))
            return [shared.VALUE, deep.VALUE, open(opt + "/data/first.txt").read()]
        """,
        Layers=arns,
    )

    assert function.invoke().payload == ["second", 3, "1"]
    for arn in arns:
        name, version = arn.split(":")[-2:]
        client.delete_layer_version(LayerName=name, VersionNumber=int(version))


def test_tmp_is_an_environments_own_and_the_code_is_not_writable_from_it(make_function):
    source = """
        import os, tempfile
        def handler(event, context):
            place = os.path.join(tempfile.gettempdir(), "left-behind")
            before = os.path.exists(place)
            with open(place, "w") as file:
                file.write("x")
            return [before, sorted(os.listdir(tempfile.gettempdir()))[-1]]
    """
    one, other = make_function(source), make_function(source)

    assert one.invoke().payload[0] is False
    assert one.invoke().payload[0] is True
    assert other.invoke().payload[0] is False
    assert not os.path.exists("/tmp/left-behind")


def test_the_platform_reports_each_invocation_in_the_log(make_function):
    function = make_function("""
        import logging, sys
        def handler(event, context):
            print("printed", end="")
            print(" in two parts")
            logging.getLogger().warning("one record\\nof two lines")
            print("to stderr", file=sys.stderr)
            print("last words", end="")
    """)

    answer = function.invoke()
    function.message("REPORT RequestId")
    messages = function.messages()

    kinds = [message.split(" ")[0].split("\t")[0] for message in messages]
    assert kinds == ["INIT_START", "START", "printed", "[WARNING]", "to", "last", "END", "REPORT"]
    assert messages[2] == "printed in two parts\n"
    assert messages[3].endswith("one record\nof two lines\n")
    assert messages[5] == "last words\n"
    report = messages[-1]
    assert "Memory Size: 256 MB" in report
    assert "Init Duration: " in report
    assert answer.log == "".join(messages[1:])
    assert "Init Duration" not in function.invoke().log


def test_logs_keep_their_order_over_many_lines(make_function):
    function = make_function("""
        import logging
        def handler(event, context):
            for number in range(event):
                print(number) if number % 2 else logging.getLogger().error(number)
    """)

    function.invoke(3000)
    function.message("REPORT")
    lines = [message for message in function.messages() if message[0] == "[" or message[0].isdigit()]

    assert [int(line.split("\t")[-1]) for line in lines] == list(range(3000))


def test_json_logs_and_a_log_group_of_ones_own(make_function, aws, unique):
    group = unique("/sales/logs")
    function = make_function(
        """
        import logging
        def handler(event, context):
            logging.getLogger().info("not shown")
            logging.getLogger().warning("two\\nlines")
            return context.log_stream_name
        """,
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN", "LogGroup": group},
    )

    stream = function.invoke().payload
    function.message("platform.report", group=group)
    records = [json.loads(message) for message in function.messages(group)]

    assert f"/{function.name}[$LATEST]" in stream
    assert [record.get("type") or record["level"] for record in records] == [
        "platform.initStart",
        "platform.start",
        "WARNING",
        "platform.report",
    ]
    assert records[2]["message"] == "two\nlines"
    assert records[3]["record"]["status"] == "success"
    assert records[3]["record"]["metrics"]["memorySizeMB"] == 256
    aws("logs").delete_log_group(logGroupName=group)


def test_a_function_that_asks_for_another_python_is_told_which_one_it_got(make_function):
    function = make_function("import sys\ndef handler(e, c):\n    return sys.version\n", Runtime="python3.12")

    assert function.invoke().payload.startswith("3.13.")
    assert "asks for python3.12 and runs on Python 3.13" in function.message("LAB_NOTE")


@pytest.mark.parametrize("runtime", ["nodejs22.x", "java21", "provided.al2023"])
def test_another_language_fails_with_a_sentence_and_can_be_repaired(make_function, aws, runtime):
    function = make_function(active=False, Runtime=runtime)
    client = aws("lambda")

    state = eventually(
        lambda: next(
            (
                found
                for found in [client.get_function_configuration(FunctionName=function.name)]
                if found["State"] == "Failed"
            ),
            None,
        ),
        expecting="the function to be Failed",
    )

    assert state["StateReasonCode"] == "InvalidRuntime"
    assert f"the runtime {runtime} cannot run: use python3.13" in state["StateReason"]
    with pytest.raises(ClientError, match=f"Failed. .*the runtime {runtime} cannot run"):
        client.invoke(FunctionName=function.name)
    client.update_function_configuration(FunctionName=function.name, Runtime="python3.13")
    eventually(
        lambda: client.get_function_configuration(FunctionName=function.name)["State"] == "Active",
        expecting="the repaired function to be active",
    )
    assert function.invoke([1]).payload == [1]


def test_an_image_fails_with_a_sentence_and_can_be_deleted(aws, unique):
    client = aws("lambda")
    name = unique("image")
    client.create_function(
        FunctionName=name,
        PackageType="Image",
        Role="arn:aws:iam::000000000000:role/r",
        Code={"ImageUri": "000000000000.dkr.ecr.us-east-1.amazonaws.com/orders:1"},
    )

    eventually(
        lambda: client.get_function_configuration(FunctionName=name)["State"] == "Failed",
        expecting="the function to be Failed",
    )

    state = client.get_function_configuration(FunctionName=name)
    assert state["StateReasonCode"] == "InvalidImage"
    assert "container image cannot run" in state["StateReason"]
    client.delete_function(FunctionName=name)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function_configuration(FunctionName=name)


def test_reserved_variables_are_refused(make_function):
    with pytest.raises(ClientError, match="Reserved keys used in this request: AWS_REGION"):
        make_function(Environment={"Variables": {"AWS_REGION": "eu-west-1"}})


def test_a_function_url_answers_over_http(make_function, aws, lab_port):
    function = make_function("""
        import json
        def handler(event, context):
            return {"statusCode": 201, "headers": {"x-shop": "1"}, "body": json.dumps(event["rawPath"])}
    """)
    url = aws("lambda").create_function_url_config(FunctionName=function.name, AuthType="NONE")["FunctionUrl"]
    host = url.split("//")[1].split(":")[0].rstrip("/")

    request = urllib.request.Request(
        f"http://127.0.0.1:{lab_port}/orders/7", headers={"Host": f"{host}:{lab_port}"}
    )
    with urllib.request.urlopen(request) as answer:
        status, header, body = answer.status, answer.headers["x-shop"], json.load(answer)

    assert (status, header, body) == (201, "1", "/orders/7")


def test_no_home_folder_of_the_machine_is_in_sight(make_function):
    function = make_function("""
        import os, pwd, sys
        def handler(event, context):
            own = pwd.getpwuid(os.getuid()).pw_dir
            homes = [home for home in ("/home", "/root", own) if os.path.isdir(home)]
            return {
                "private": os.environ["LAMBDA_TASK_ROOT"] == "/var/task",
                "seen": {home: os.listdir(home) for home in homes},
                "needed": [sys.base_prefix, os.path.dirname(os.__file__), *map(os.path.realpath, sys.path)],
            }
    """)

    answer = function.invoke().payload

    if not answer["private"]:
        pytest.skip("this kernel or container allows no private mounts; lambda_/README.md says what follows")
    for home, seen in answer["seen"].items():
        needed = [path.removeprefix(home).split("/")[1] for path in answer["needed"] if path.startswith(home)]
        assert set(seen) <= set(needed), f"a function sees more of {home} than its interpreter needs"
