"""Prefixes of objects in S3, with their ``!{namespace:value}`` expressions.

https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
"""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from localstack_lab.firehose import java_dates

DEFAULT_TIME = "yyyy/MM/dd/HH/"
LONGEST = 512  # characters of an evaluated prefix
QUERY, LAMBDA = "partitionKeyFromQuery", "partitionKeyFromLambda"
_RANDOM = string.ascii_lowercase + string.digits
_FIREHOSE = ("error-output-type", "random-string")


class PrefixError(ValueError):
    """A prefix that AWS would refuse; the message says why."""


@dataclass(frozen=True)
class Expression:
    """``!{namespace:value}``"""

    namespace: str
    value: str


@dataclass(frozen=True)
class Prefix:
    """A parsed prefix: literal text and expressions in their order."""

    parts: tuple[str | Expression, ...]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(part for part in self.parts if isinstance(part, Expression))

    def uses(self, *namespaces: str) -> bool:
        """Whether an expression of one of these namespaces is in it."""
        return any(expression.namespace in namespaces for expression in self.expressions)

    def keys(self, namespace: str) -> set[str]:
        """The names that expressions of a namespace ask for."""
        return {e.value for e in self.expressions if e.namespace == namespace}

    def evaluate(
        self,
        moment: datetime,
        query_keys: Mapping[str, str] | None = None,
        lambda_keys: Mapping[str, str] | None = None,
        error_type: str = "",
    ) -> str:
        """The text of the prefix.

        :param moment: the arrival of the oldest record, in the time zone of the destination
        :raises KeyError: for a partition key that is not given
        """
        found: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                found.append(part)
            elif part.namespace == "timestamp":
                found.append(java_dates.render(part.value, moment))
            elif part.namespace == QUERY:
                found.append((query_keys or {})[part.value])
            elif part.namespace == LAMBDA:
                found.append((lambda_keys or {})[part.value])
            elif part.value == "random-string":
                found.append("".join(secrets.choice(_RANDOM) for _ in range(11)))
            else:
                found.append(error_type)
        return "".join(found)


def parse(text: str) -> Prefix:
    """:raises PrefixError: for an expression that is unfinished, unknown or has a bad value"""
    parts: list[str | Expression] = []
    rest = text
    while rest:
        literal, opening, rest = rest.partition("!{")
        if literal:
            parts.append(literal)
        if not opening:
            break
        inside, closing, rest = rest.partition("}")
        namespace, colon, value = inside.partition(":")
        if not closing or not colon or not value or "!{" in inside:
            raise PrefixError(f"The sequence !{{ can only appear in !{{namespace:value}} expressions: {text}")
        parts.append(_expression(namespace, value))
    return Prefix(tuple(parts))


def _expression(namespace: str, value: str) -> Expression:
    if namespace == "timestamp":
        try:
            java_dates.check(value)
        except java_dates.PatternError as error:
            raise PrefixError(f"!{{timestamp:{value}}} is not a valid pattern: {error}") from error
    elif namespace == "firehose":
        if value not in _FIREHOSE:
            raise PrefixError(f"!{{firehose:{value}}} must be one of {', '.join(_FIREHOSE)}.")
    elif namespace not in (QUERY, LAMBDA):
        raise PrefixError(f"!{{{namespace}:{value}}} has an unknown namespace.")
    return Expression(namespace, value)


def for_data(text: str | None) -> Prefix:
    """The prefix of delivered objects, with the default of time where the text says nothing about it.

    :raises PrefixError:
    """
    prefix = parse(text or "")
    if any(e == Expression("firehose", "error-output-type") for e in prefix.expressions):
        raise PrefixError("Prefix cannot contain !{firehose:error-output-type}")
    if prefix.uses("timestamp", QUERY, LAMBDA):
        return prefix
    return Prefix((*prefix.parts, Expression("timestamp", DEFAULT_TIME)))


def for_errors(text: str | None, data_text: str | None) -> Prefix:
    """The prefix of records that failed. Without one it is the data's, which then has no expressions.

    :raises PrefixError:
    """
    if not text:
        if parse(data_text or "").expressions:
            raise PrefixError("ErrorOutputPrefix cannot be null or empty when Prefix contains expressions")
        text = data_text or ""
    prefix = parse(text)
    if prefix.uses(QUERY, LAMBDA):
        raise PrefixError("ErrorOutputPrefix cannot contain partitioning keys.")
    kind = Expression("firehose", "error-output-type")
    if not prefix.expressions:
        return Prefix((*prefix.parts, kind, "/", Expression("timestamp", DEFAULT_TIME)))
    if kind not in prefix.expressions:
        raise PrefixError(
            "ErrorOutputPrefix must contain at least one instance of !{firehose:error-output-type}"
        )
    return prefix
