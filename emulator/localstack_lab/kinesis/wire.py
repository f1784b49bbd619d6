"""A short way through LocalStack's protocol layer for the three calls that carry records.

LocalStack walks the botocore shapes of a request and of an answer member by member, which for 500 records
takes longer than everything else together. PutRecords and GetRecords have flat, fixed shapes: here they are
read and written directly. Whatever is not exactly as expected goes LocalStack's own way.
"""

import binascii
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import cbor2
from localstack.aws.api import RequestContext
from localstack.aws.protocol.parser import JSONRequestParser
from localstack.http import Request, Response
from localstack.utils.patch import Patch
from werkzeug.datastructures import Headers

JSON = "application/x-amz-json-1.1"
CBOR_TYPES = ("application/x-amz-cbor-1.1", "application/cbor")
JSON_TYPES = (JSON, "application/x-amz-json-1.0", "application/json", "*/*")
_CBOR_EPOCH = 1  # the tag of a moment; AWS counts it in milliseconds


_installed: list[Patch] = []


def _read_put_records(request: Request) -> dict[str, Any] | None:
    """The members of a PutRecords request, or None when it is not plainly one."""
    body = request.data
    try:
        if request.mimetype.startswith("application/x-amz-cbor"):
            decode: Callable[[Any], bytes] = bytes
            parsed = cbor2.loads(body)
        else:
            decode = binascii.a2b_base64
            parsed = json.loads(body)
        records = [
            {
                "Data": decode(record["Data"]),
                "PartitionKey": record["PartitionKey"],
                "ExplicitHashKey": record["ExplicitHashKey"],
            }
            if "ExplicitHashKey" in record
            else {"Data": decode(record["Data"]), "PartitionKey": record["PartitionKey"]}
            for record in parsed["Records"]
        ]
        names = {name: parsed[name] for name in ("StreamName", "StreamARN") if parsed.get(name) is not None}
    except (ValueError, KeyError, TypeError, AttributeError, cbor2.CBORDecodeError):
        return None  # LocalStack's parser says what is wrong with it
    return {"Records": records, **names}


def _parse(fn: Any, self: JSONRequestParser, request: Request, shape: Any, uri_params: Any = None) -> Any:
    if shape.name == "PutRecordsInput" and self.service.service_name == "kinesis":
        parsed = _read_put_records(request)
        if parsed is not None:
            return parsed
    return fn(self, request, shape, uri_params)


def install() -> None:
    """Teach LocalStack's JSON parser the short way; a second call changes nothing."""
    if not _installed:
        _installed.append(Patch.function(JSONRequestParser._handle_json_body, _parse))
        _installed[0].apply()


def answer(context: RequestContext, result: dict[str, Any]) -> Response | None:
    """An answer of PutRecord, PutRecords or GetRecords as an HTTP response.

    :return: None when the caller accepts neither JSON nor CBOR plainly: LocalStack's serializer decides then
    """
    wanted = _wanted(context.request.headers)
    if wanted in CBOR_TYPES:
        body, content_type = cbor2.dumps(_for_cbor(result)), wanted
    elif wanted in JSON_TYPES:
        body, content_type = json.dumps(_for_json(result)).encode(), JSON
    else:
        return None
    context.service_response = result  # so that LocalStack does not parse our bytes again to look at them
    headers = {"Content-Type": content_type, "x-amzn-RequestId": context.request_id or ""}
    return Response(body, status=200, headers=headers)


def _wanted(headers: Headers) -> str:
    accept = headers.get("Accept")
    return accept if accept and accept != "*/*" else headers.get("Content-Type", JSON)


def _for_json(result: dict[str, Any]) -> dict[str, Any]:
    if "MillisBehindLatest" not in result:  # an answer to a put
        return result
    records = [
        {
            **record,
            "Data": binascii.b2a_base64(record["Data"], newline=False).decode("ascii"),
            "ApproximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
        }
        for record in result["Records"]
    ]
    return {**result, "Records": records}


def _for_cbor(result: dict[str, Any]) -> dict[str, Any]:
    if "MillisBehindLatest" not in result:
        return result
    records = [
        {**record, "ApproximateArrivalTimestamp": _millis(record["ApproximateArrivalTimestamp"])}
        for record in result["Records"]
    ]
    return {**result, "Records": records}


def _millis(moment: datetime) -> cbor2.CBORTag:
    return cbor2.CBORTag(_CBOR_EPOCH, round(moment.timestamp() * 1000))
