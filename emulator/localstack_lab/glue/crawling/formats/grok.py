"""Lines that a grok pattern matches: custom classifiers and the built-in ones for logs.

https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-grok
"""

import itertools
import re
import time

from localstack_lab.glue.crawling.schema import Format, Schema
from localstack_lab.lake.grok import compiled

SERDE = "com.amazonaws.glue.serde.GrokSerDe"
LINES = 1_000
_LINE = re.compile(r"[^\r\n]+")
_SECONDS = 0.5
"""A line that takes a pattern longer counts as one that does not match."""
_SLOW_LINES = 10
"""After so many of these the rest of a file is not tried."""


def classify(
    text: str, pattern: str, custom: str, classification: str, *, whole: bool, compression: str = "none"
) -> Schema | None:
    """Columns of a log whose lines match; the certainty is the share of lines that do."""
    grok = compiled(pattern, custom)
    if not whole:
        text = text[: text.rfind("\n") + 1]
    found = (match[0] for match in _LINE.finditer(text) if match[0].strip())
    lines = list(itertools.islice(found, LINES))
    if not lines or not grok.fields:
        return None
    hits = slow = 0
    for number, line in enumerate(lines):
        began = time.monotonic()
        hits += grok.values(line, _SECONDS) is not None
        slow += time.monotonic() - began >= _SECONDS
        if slow == _SLOW_LINES:
            break
        if number == 9 and not hits:
            return None
    if not hits:
        return None
    return Schema(
        Format(
            classification,
            SERDE,
            serde_parameters=tuple(
                sorted({"input.format": pattern, "input.grokCustomPatterns": custom}.items())
                if custom
                else (("input.format", pattern),)
            ),
        ),
        grok.fields,
        compression,
        records=len(lines),
        record_bytes=sum(len(line) + 1 for line in lines),
        whole=whole and len(lines) < LINES,
        certainty=hits / len(lines),
    )


LOGS = (
    ("combined_apache", "%{COMBINEDAPACHELOG}"),
    ("apache", "%{COMMONAPACHELOG}"),
    ("linux_kernel", r"%{SYSLOGTIMESTAMP:timestamp} %{SYSLOGHOST:host} kernel: %{GREEDYDATA:message}"),
    (
        "ruby_logger",
        r"[DFEWI], \[%{TIMESTAMP_ISO8601:timestamp} #%{POSINT:pid:int}\] *%{LOGLEVEL:loglevel}"
        r" -- +%{DATA:progname}: %{GREEDYDATA:message}",
    ),
    (
        "squid",
        r"%{NUMBER:timestamp}\s+%{NUMBER:duration}\s%{IP:client_address}\s"
        r"%{WORD:cache_result}/%{POSINT:status_code}\s%{NUMBER:bytes}\s%{WORD:request_method}\s"
        r"%{NOTSPACE:url}\s%{NOTSPACE:user}\s%{WORD:hierarchy_code}/%{NOTSPACE:server}\s%{NOTSPACE:content_type}",
    ),
    (
        "redismonlog",
        r"%{NUMBER:timestamp} \[%{INT:database} %{IP:client}:%{NUMBER:port}\] "
        r'"%{WORD:command}"\s?%{GREEDYDATA:params}',
    ),
    ("redislog", r"\[%{POSINT:pid}\] %{REDISTIMESTAMP:timestamp} \* %{GREEDYDATA:message}"),
)
"""The built-in log classifiers that the emulator has, in AWS's order."""
