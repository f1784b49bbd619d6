"""URL functions.

https://trino.io/docs/current/functions/url.html
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/UrlFunctions.java

Trino takes a URL apart with `java.net.URI`: text that it refuses has no parts, and every function is null.
"""

import functools
import re
import urllib.parse
from collections.abc import Callable
from typing import NamedTuple

from localstack_lab.athena.sql.errors import QueryError
from localstack_lab.athena.sql.functions.emitting import python
from localstack_lab.athena.sql.functions.lengths import sized
from localstack_lab.athena.sql.functions.registry import scalar

BAD = "INVALID_FUNCTION_ARGUMENT"
_PARTS = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# What java.net.URI refuses unless it is escaped
_REFUSED = re.compile(r'[\x00-\x20\x7f-\xa0"<>\\^`{|}\u2028\u2029]|%(?![0-9A-Fa-f]{2})')
_HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)*([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)\.?"
)
_SERVER = re.compile(r"(?:([^@]*)@)?(\[[^\]]*\]|[^:\[\]]*)(?::(\d*))?")


class _Url(NamedTuple):
    scheme: str
    host: str
    port: int | None
    path: str
    query: str | None
    fragment: str


@functools.lru_cache(maxsize=4096)
def _parse(text: str) -> _Url | None:
    found = _PARTS.fullmatch(text)
    if found is None or _REFUSED.search(text) or "[" in (found[3] or "") + (found[5] or ""):
        return None
    scheme, authority, path, query, fragment = found.groups()
    if not text:
        return None if scheme else _Url("", "", None, "", None, "")
    if scheme is not None and not authority and not path and query is None:
        return None  # "Expected scheme-specific part"
    if "]" in path or (scheme is None and authority is None and ":" in path.split("/")[0]):
        return None
    if scheme is not None and authority is None and not path.startswith("/"):
        # An opaque URI, such as mailto:a@b, has neither host nor path nor query
        return _Url(scheme, "", None, "", None, _decoded(fragment or ""))
    host, port = _server(authority or "")
    return _Url(scheme or "", host, port, _decoded(path), query, _decoded(fragment or ""))


def _server(authority: str) -> tuple[str, int | None]:
    """Host and port; an authority that is no server's has neither."""
    found = _SERVER.fullmatch(authority)
    if found is None or not found[2]:
        return "", None
    host = found[2]
    if not host.startswith("["):
        named = _HOST.fullmatch(host)
        numeric = re.fullmatch(r"\d+(\.\d+){3}", host)
        if not numeric and (named is None or not named[1][0].isalpha()):
            return "", None
        if numeric and any(int(part) > 255 for part in host.split(".")):
            return "", None
    return host, int(found[3]) if found[3] else None


def _decoded(text: str) -> str:
    return urllib.parse.unquote(text, errors="replace") if "%" in text else text


def _form_decoded(text: str) -> str:
    """As java.net.URLDecoder: a plus sign is a space."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise QueryError(BAD, f"URLDecoder: Illegal hex characters in escape (%) pattern: {text}")
    return urllib.parse.unquote_plus(text, errors="replace")


def _encoded(text: str) -> str:
    """As Guava's escaper of form parameters."""
    return urllib.parse.quote(text, safe=" *-._").replace("~", "%7E").replace(" ", "+")


def _parameter(url: str, name: str) -> str | None:
    parsed = _parse(url)
    if parsed is None or parsed.query is None:
        return None
    for argument in parsed.query.split("&"):
        key, given, value = argument.partition("=")
        if key == name:
            return _form_decoded(value) if given else ""
    return None


def _part(read: Callable[[_Url], object]) -> Callable[[str], object]:
    def part(url: str) -> object:
        parsed = _parse(url)
        return None if parsed is None else read(parsed)

    return part


for _name, _read in (
    ("protocol", lambda u: u.scheme),
    ("host", lambda u: u.host),
    ("path", lambda u: u.path),
    ("query", lambda u: _decoded(u.query or "")),
    ("fragment", lambda u: u.fragment),
):
    scalar(
        f"url_extract_{_name}",
        "(varchar(x)) -> varchar(x)",
        python(f"lab_url_{_name}", _part(_read), "VARCHAR", "VARCHAR"),
    )
scalar(
    "url_extract_port",
    "(varchar(x)) -> bigint",
    python("lab_url_port", _part(lambda u: u.port), "VARCHAR", "BIGINT"),
)
scalar(
    "url_extract_parameter",
    "(varchar(x), varchar(y)) -> varchar(x)",
    python("lab_url_parameter", _parameter, "VARCHAR; VARCHAR", "VARCHAR"),
)
scalar(
    "url_encode",
    "(varchar(x)) -> varchar",
    python("lab_url_encode", _encoded, "VARCHAR", "VARCHAR"),
    result=sized(lambda x: x * 12),
)
scalar(
    "url_decode", "(varchar(x)) -> varchar(x)", python("lab_url_decode", _form_decoded, "VARCHAR", "VARCHAR")
)
