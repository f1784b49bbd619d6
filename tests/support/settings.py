"""How the suite's lab differs from a user's, in a container or not: it waits less."""

SUITE_SETTINGS = {
    "LAMBDA_RETRY_BASE_DELAY": "1",  # AWS waits a minute before it invokes an asynchronous event again
    "LAB_TIME_SCALE": "0.05",  # 60 s of a Firehose buffer are 3 s
}
