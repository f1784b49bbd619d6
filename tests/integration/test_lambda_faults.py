"""What goes wrong in a function, and what the caller and the log are told."""

import json
from collections.abc import Iterator

import pytest

from tests.support.functions import Functions, functions_of


@pytest.fixture
def make_function(aws, unique) -> Iterator[Functions]:
    with functions_of(aws, unique) as make:
        yield make


def test_an_exception_has_its_type_message_and_stack_trace(make_function):
    function = make_function("""
        class OrderInvalid(Exception):
            pass
        def check(order):
            raise OrderInvalid(f"order {order} has no quantity")
        def handler(event, context):
            check(event)
    """)

    failed = function.invoke(7)

    assert failed.error == "Unhandled"
    assert failed.payload["errorType"] == "OrderInvalid"
    assert failed.payload["errorMessage"] == "order 7 has no quantity"
    assert len(failed.payload["requestId"]) == 36
    assert [line.split('"')[1].rpartition("/")[2] for line in failed.payload["stackTrace"]] == [
        "app.py",
        "app.py",
    ]
    assert "in check\n    raise OrderInvalid" in failed.payload["stackTrace"][1]
    logged = function.message("[ERROR] OrderInvalid")
    assert logged.startswith(
        "[ERROR] OrderInvalid: order 7 has no quantity\nTraceback (most recent call last):\n"
    )


@pytest.mark.parametrize(
    ("source", "handler", "error_type", "message"),
    [
        (
            "import nothing_like_it",
            "app.handler",
            "Runtime.ImportModuleError",
            "No module named 'nothing_like_it'",
        ),
        ("x = 1", "app.handler", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("def handler(:", "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("x = 1", "missing.handler", "Runtime.ImportModuleError", "Unable to import module 'missing'"),
        ("x = 1", "app", "Runtime.MalformedHandlerName", "Bad handler 'app'"),
        ("raise ValueError('no table')", "app.handler", "ValueError", "no table"),
        (
            "import sys\nsys.exit(3)",
            "app.handler",
            "Runtime.ExitError",
            "Runtime exited with error: exit status 3",
        ),
    ],
)
def test_an_init_that_fails_is_reported_by_the_invocation(
    make_function, source, handler, error_type, message
):
    function = make_function(source, Handler=handler)

    failed = function.invoke()

    assert failed.error == "Unhandled"
    assert failed.payload["errorType"] == error_type
    assert message in failed.payload["errorMessage"]
    report = function.message("REPORT RequestId")
    assert report.rstrip().endswith(f"Status: error\tError Type: {error_type}")
    log = "".join(function.messages())
    assert f"Phase: init\tStatus: error\tError Type: {error_type}" in log
    assert f"Phase: invoke\tStatus: error\tError Type: {error_type}" in log


def test_an_init_that_fails_once_is_tried_again(make_function, aws, unique):
    bucket = unique("tries")
    aws("s3").create_bucket(Bucket=bucket)
    function = make_function(
        """
        import os
        import boto3
        s3 = boto3.client("s3")
        seen = s3.list_objects_v2(Bucket=os.environ["BUCKET"])["KeyCount"]
        s3.put_object(Bucket=os.environ["BUCKET"], Key=str(seen))
        if seen == 0:
            raise RuntimeError("not yet")
        def handler(event, context):
            return seen
        """,
        Environment={"Variables": {"BUCKET": bucket}},
    )

    answer = function.invoke()

    assert (answer.payload, answer.error) == (1, None)
    for key in ("0", "1"):
        aws("s3").delete_object(Bucket=bucket, Key=key)
    aws("s3").delete_bucket(Bucket=bucket)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("sys.exit(0)", "Runtime exited without providing a reason"),
        ("sys.exit(4)", "Runtime exited with error: exit status 4"),
        ("os._exit(5)", "Runtime exited with error: exit status 5"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "Runtime exited with error: signal: segmentation fault"),
        ("os.abort()", "Runtime exited with error: signal: aborted"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "Runtime exited with error: signal: killed"),
    ],
)
def test_a_process_that_ends_is_reported_and_replaced(make_function, statement, reason):
    function = make_function(f"""
        import os, signal, sys
        def handler(event, context):
            if event == "end":
                print("about to end")
                {statement}
            return os.getpid()
    """)
    before = function.invoke().payload

    failed = function.invoke("end")
    after = function.invoke()

    assert failed.error == "Unhandled"
    assert failed.payload["errorType"] == "Runtime.ExitError"
    request_id = failed.log.split("RequestId: ")[1].split(" ")[0]
    assert failed.payload["errorMessage"] == f"RequestId: {request_id} Error: {reason}"
    assert "about to end" in failed.log
    assert failed.log.rstrip().endswith("Status: error\tError Type: Runtime.ExitError")
    assert after.error is None
    assert after.payload != before


def test_a_time_out_kills_the_function_and_its_children(make_function):
    function = make_function(
        """
        import os, subprocess, sys, time
        def handler(event, context):
            if event == "hang":
                child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
                away = subprocess.Popen(["sleep", "601"], start_new_session=True)
                print("children", child.pid, away.pid)
                while True:
                    time.sleep(1)
            return [os.path.exists(f"/proc/{pid}") for pid in event]
        """,
        Timeout=1,
    )

    failed = function.invoke("hang")
    children = failed.log.split("children ")[1].split("\n")[0].split()

    assert failed.error == "Unhandled"
    assert failed.payload["errorType"] == "Sandbox.Timedout"
    assert failed.payload["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert failed.log.rstrip().endswith("Status: timeout")
    assert " Task timed out after 1.00 seconds" in failed.log
    assert function.invoke(children).payload == [False, False]


def test_a_time_out_ends_a_loop_that_never_lets_go(make_function):
    function = make_function("def handler(event, context):\n    while event:\n        pass\n", Timeout=1)

    assert function.invoke(1).payload["errorType"] == "Sandbox.Timedout"
    assert function.invoke(0).error is None


def test_memory_over_the_limit_ends_the_function(make_function):
    function = make_function(
        """
        import time
        def handler(event, context):
            block = bytearray(event * 1024 * 1024)
            time.sleep(0.2)
            return len(block)
        """,
        MemorySize=128,
    )

    failed = function.invoke(150)

    assert failed.payload["errorType"] == "Runtime.OutOfMemory"
    assert failed.payload["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert "Max Memory Used: 128 MB" in failed.log
    assert function.invoke(40).payload == 40 * 1024 * 1024


def test_a_short_peak_of_memory_counts_too(make_function):
    function = make_function(
        "def handler(event, context):\n    return len(bytearray(event * 1024 * 1024))\n", MemorySize=128
    )

    assert function.invoke(160).payload["errorType"] == "Runtime.OutOfMemory"


def test_the_memory_of_children_counts_too(make_function):
    function = make_function(
        """
        import subprocess, sys
        HOG = "import time; block = bytearray(80 * 1024 * 1024); time.sleep(5)"
        def handler(event, context):
            children = [subprocess.Popen([sys.executable, "-c", HOG]) for _ in range(2)]
            return [child.wait() for child in children]
        """,
        MemorySize=128,
        Timeout=9,
    )

    assert function.invoke().payload["errorType"] == "Runtime.OutOfMemory"


def test_a_response_that_is_not_json_is_an_error(make_function):
    function = make_function("def handler(event, context):\n    return {1, 2}\n")

    failed = function.invoke()

    assert failed.payload["errorType"] == "Runtime.MarshalError"
    assert "Object of type set is not JSON serializable" in failed.payload["errorMessage"]


def test_the_size_of_a_response_is_limited(make_function):
    function = make_function("def handler(event, context):\n    return 'x' * event\n")

    largest = function.invoke(6 * 1024 * 1024 + 98)
    failed = function.invoke(6 * 1024 * 1024 + 99)

    assert len(largest.payload) == 6 * 1024 * 1024 + 98
    assert failed.payload == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert function.invoke(3).payload == "xxx"


def test_binary_output_does_not_disturb_the_answer_or_the_log(make_function):
    function = make_function("""
        import os
        JUNK = bytes(range(256)) * 40 + b"\\xa5\\x5a\\x00\\x03" + b"\\xff" * 40 + b"\\n"
        def handler(event, context):
            os.write(1, JUNK)
            print("after the junk")
            return "fine"
    """)

    answer = function.invoke()

    assert (answer.payload, answer.error) == ("fine", None)
    assert function.message("after the junk").endswith("after the junk\n")


def test_a_flood_of_output_does_not_stop_the_lab(make_function):
    function = make_function(
        """
        def handler(event, context):
            while event:
                print("y" * 500)
            return "calm"
        """,
        Timeout=2,
    )
    neighbour = make_function()

    flooded = function.invoke(1)

    assert flooded.payload["errorType"] == "Sandbox.Timedout"
    assert neighbour.invoke("hello").payload == "hello"
    assert function.invoke(0).payload == "calm"
    function.message("REPORT RequestId", within=30)


def test_the_log_tail_is_at_most_four_kilobytes(make_function):
    function = make_function("def handler(event, context):\n    print('z' * 20000)\n    return 1\n")

    log = function.invoke().log

    assert len(log) == 4096
    assert "REPORT RequestId" in log


def test_a_thread_left_behind_does_not_answer_for_the_next_event(make_function):
    function = make_function("""
        import threading, time
        def handler(event, context):
            threading.Thread(target=lambda: print("late", event), daemon=True).start()
            return event
    """)

    answers = [function.invoke(number).payload for number in range(5)]

    assert answers == [0, 1, 2, 3, 4]


def test_one_environment_cannot_speak_for_another(make_function):
    victim = make_function("""
        import os
        def handler(event, context):
            return os.environ["AWS_LAMBDA_RUNTIME_API"]
    """)
    thief = make_function("""
        import http.client
        def handler(event, context):
            connection = http.client.HTTPConnection(event, timeout=5)
            connection.request("GET", "/2018-06-01/runtime/invocation/next")
            answer = connection.getresponse()
            return [answer.status, answer.read().decode()]
    """)
    address = victim.invoke().payload

    status, body = thief.invoke(address).payload

    assert status == 403
    assert json.loads(body)["errorType"] == "Forbidden"
    assert victim.invoke().payload == address
