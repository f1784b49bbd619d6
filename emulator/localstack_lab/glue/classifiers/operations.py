"""Create, update, delete and read classifiers. https://docs.aws.amazon.com/glue/latest/webapi/API_Classifier.html"""

import re
from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.glue.crawlers.store import CrawlerStore, store_of
from localstack_lab.glue.crawling.formats import json_documents
from localstack_lab.glue.operations import Region, operation
from localstack_lab.glue.paging import page
from localstack_lab.glue.refusals import already_exists, invalid, not_found
from localstack_lab.glue.store import copied, now
from localstack_lab.lake import grok

KINDS = ("GrokClassifier", "XMLClassifier", "JsonClassifier", "CsvClassifier")
_TAG = re.compile(r"[A-Za-z_:][\w:.\-]*")
_DATATYPES = frozenset(
    (
        *("BINARY", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "INT", "LONG", "SHORT", "STRING"),
        "TIMESTAMP",
    )
)


class Classifiers(Region):
    """The operations on classifiers."""

    @property
    def _kept(self) -> CrawlerStore:
        return store_of(self.account, self.region)

    @operation
    def create_classifier(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_CreateClassifier.html"""
        kind, given = _one(request)
        _check(kind, given)
        name = given["Name"]
        if name in self._kept.classifiers:
            raise already_exists(f"Classifier with name {name} already exists")
        moment = now()
        made = {**copied(given), "CreationTime": moment, "LastUpdated": moment, "Version": 1}
        self._kept.classifiers[name] = {kind: made}
        return {}

    @operation
    def update_classifier(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateClassifier.html

        Members that the request does not give stay as they are.
        """
        kind, given = _one(request)
        known = self._classifier(given["Name"])
        if kind not in known:
            raise invalid(f"Classifier {given['Name']} is a {next(iter(known))}, not a {kind}.")
        changed = {**known[kind], **copied(given)}
        _check(kind, changed)
        changed |= {"LastUpdated": now(), "Version": known[kind]["Version"] + 1}
        self._kept.classifiers[given["Name"]] = {kind: changed}
        return {}

    @operation
    def delete_classifier(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteClassifier.html"""
        self._classifier(request["Name"])
        del self._kept.classifiers[request["Name"]]
        return {}

    @operation
    def get_classifier(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetClassifier.html"""
        return {"Classifier": copied(self._classifier(request["Name"]))}

    @operation
    def get_classifiers(self, **request: Any) -> Members:
        """https://docs.aws.amazon.com/glue/latest/webapi/API_GetClassifiers.html"""
        found = [(name, copied(made)) for name, made in sorted(self._kept.classifiers.items())]
        return page("Classifiers", found, request)

    def _classifier(self, name: str) -> Members:
        known = self._kept.classifiers.get(name)
        if known is None:
            raise not_found(f"Classifier entry with name {name} does not exist")
        return known


def _one(request: Members) -> tuple[str, Members]:
    """The kind and members of the one classifier in a request."""
    given = [(kind, request[kind]) for kind in KINDS if request.get(kind)]
    if len(given) != 1:
        raise invalid(
            "Exactly one of GrokClassifier, XMLClassifier, JsonClassifier and CsvClassifier is needed."
        )
    return given[0]


def _check(kind: str, made: Members) -> None:
    """Refuse what could never classify anything."""
    match kind:
        case "JsonClassifier":
            try:
                for path in json_documents.split_paths(made["JsonPath"]):
                    json_documents.parse_path(path)
            except ValueError as error:
                raise invalid(f"JsonPath is not valid: {error}") from error
        case "GrokClassifier":
            try:
                grok.compiled(made["GrokPattern"], made.get("CustomPatterns", ""))
            except grok.BadGrok as error:
                raise invalid(str(error)) from error
        case "XMLClassifier":
            if made.get("RowTag") and not _TAG.fullmatch(made["RowTag"]):
                raise invalid(f"RowTag is not the name of an XML element: {made['RowTag']}")
        case "CsvClassifier":
            _check_csv(made)


def _check_csv(made: Members) -> None:
    delimiter, quote = made.get("Delimiter"), made.get("QuoteSymbol")
    if delimiter is not None and delimiter == quote:
        raise invalid("Delimiter and QuoteSymbol must be different.")
    header = made.get("Header") or []
    if len({name.lower() for name in header}) != len(header):
        raise invalid("The names of Header must be different.")
    types = made.get("CustomDatatypes") or []
    if unknown := [name for name in types if name.upper() not in _DATATYPES]:
        raise invalid(
            f"There is no custom data type {unknown[0]}; there are {', '.join(sorted(_DATATYPES))}."
        )
