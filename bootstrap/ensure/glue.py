"""The Glue Data Catalog and crawlers: https://docs.aws.amazon.com/glue/latest/webapi/WebAPI_API_Reference.html"""

import contextlib
from dataclasses import dataclass
from typing import Any

from bootstrap.changes import Change
from bootstrap.ensure.ownership import differing, owner_in, require_owner, tag_map, verb
from bootstrap.ensure.waiting import until
from bootstrap.session import Session

DATABASE = "Glue database"
TABLE = "Glue table"
CLASSIFIER = "Glue classifier"
CRAWLER = "Glue crawler"
_GONE = "gone"


@dataclass(frozen=True, slots=True)
class Crawler:
    """What a crawler is to be.

    :param path: what it crawls, such as ``s3://bucket/prefix/``
    :param classifiers: names of custom classifiers, tried before Glue's own
    :param configuration: CreateCrawler's Configuration, JSON text
    """

    role_arn: str
    database: str
    path: str
    classifiers: tuple[str, ...]
    table_prefix: str
    configuration: str
    description: str

    def request(self) -> dict[str, Any]:
        """The members that CreateCrawler and UpdateCrawler share."""
        return {
            "Role": self.role_arn,
            "DatabaseName": self.database,
            "Description": self.description,
            "Targets": {"S3Targets": [{"Path": self.path}]},
            "Classifiers": list(self.classifiers),
            "TablePrefix": self.table_prefix,
            "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
            "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
            "Configuration": self.configuration,
        }


def _tags(session: Session, resource: str) -> dict[str, str]:
    return session.client("glue").get_tags(ResourceArn=session.arn("glue", resource))["Tags"]


def _database(glue: Any, name: str) -> dict[str, Any] | None:
    try:
        return glue.get_database(Name=name)["Database"]
    except glue.exceptions.EntityNotFoundException:
        return None


@verb(DATABASE)
def database(session: Session, name: str, *, owner: str, description: str) -> Change:
    """A database of the catalog."""
    glue = session.client("glue")
    existing = _database(glue, name)
    wanted = {"Name": name, "Description": description}
    if existing is None:
        glue.create_database(DatabaseInput=wanted, Tags=tag_map(owner))
        return Change("created", DATABASE, name)
    require_owner(_tags(session, f"database/{name}"), owner, DATABASE, name)
    if existing.get("Description") == description:
        return Change("unchanged", DATABASE, name)
    glue.update_database(Name=name, DatabaseInput=wanted)
    return Change("updated", DATABASE, name, "Description")


@verb(DATABASE)
def delete_database(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the database with its tables (Glue removes these with it), if `owner` made it."""
    glue = session.client("glue")
    if _database(glue, name) is None:
        return None
    if owner_in(_tags(session, f"database/{name}")) != owner:
        return Change("unchanged", DATABASE, name, "not made by this pipeline")
    glue.delete_database(Name=name)
    return Change("deleted", DATABASE, name)


@verb(TABLE)
def table(session: Session, name: str, *, database: str, wanted: dict[str, Any]) -> Change:
    """A table of a database that the pipeline owns; tables themselves carry no tags.

    :param wanted: CreateTable's TableInput
    """
    glue, shown = session.client("glue"), f"{database}.{name}"
    try:
        existing = glue.get_table(DatabaseName=database, Name=name)["Table"]
    except glue.exceptions.EntityNotFoundException:
        glue.create_table(DatabaseName=database, TableInput=wanted)
        return Change("created", TABLE, shown)
    changed = _differs(wanted, existing)
    if not changed:
        return Change("unchanged", TABLE, shown)
    glue.update_table(DatabaseName=database, TableInput=wanted)
    return Change("updated", TABLE, shown, ", ".join(changed))


def _differs(wanted: dict[str, Any], existing: dict[str, Any]) -> list[str]:
    """Members of `wanted` that the table has not; what Glue or others add to it does not count."""
    return [name for name, value in wanted.items() if not _within(value, existing.get(name))]


def _within(wanted: Any, actual: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(actual, dict) and all(_within(v, actual.get(k)) for k, v in wanted.items())
    return wanted == actual


def _classifier(glue: Any, name: str) -> dict[str, Any] | None:
    try:
        return glue.get_classifier(Name=name)["Classifier"]["JsonClassifier"]
    except glue.exceptions.EntityNotFoundException:
        return None


@verb(CLASSIFIER)
def json_classifier(session: Session, name: str, *, json_path: str) -> Change:
    """A custom JSON classifier. Classifiers carry no tags, so that the name alone says whose it is."""
    glue = session.client("glue")
    existing, wanted = _classifier(glue, name), {"Name": name, "JsonPath": json_path}
    if existing is None:
        glue.create_classifier(JsonClassifier=wanted)
        return Change("created", CLASSIFIER, name)
    if existing["JsonPath"] == json_path:
        return Change("unchanged", CLASSIFIER, name)
    glue.update_classifier(JsonClassifier=wanted)
    return Change("updated", CLASSIFIER, name, "JsonPath")


@verb(CLASSIFIER)
def delete_json_classifier(session: Session, name: str, *, json_path: str) -> Change | None:
    """Remove the classifier, if it is still the one that the pipeline made."""
    glue = session.client("glue")
    existing = _classifier(glue, name)
    if existing is None:
        return None
    if existing["JsonPath"] != json_path:
        return Change("unchanged", CLASSIFIER, name, "not made by this pipeline")
    glue.delete_classifier(Name=name)
    return Change("deleted", CLASSIFIER, name)


def _crawler(glue: Any, name: str) -> dict[str, Any] | None:
    try:
        return glue.get_crawler(Name=name)["Crawler"]
    except glue.exceptions.EntityNotFoundException:
        return None


def _state(glue: Any, name: str) -> str:
    existing = _crawler(glue, name)
    return _GONE if existing is None else existing["State"]


@verb(CRAWLER)
def crawler(session: Session, name: str, *, owner: str, wanted: Crawler) -> Change:
    """A crawler of one path of S3, started by whoever needs it. One that just crawls is waited for."""
    glue, request = session.client("glue"), wanted.request()
    existing = _crawler(glue, name)
    if existing is None:
        glue.create_crawler(Name=name, Tags=tag_map(owner), **request)
        return Change("created", CRAWLER, name)
    require_owner(_tags(session, f"crawler/{name}"), owner, CRAWLER, name)
    targets = [target["Path"] for target in existing["Targets"].get("S3Targets", [])]
    role = request["Role"].rpartition("/")[2]  # Glue answers with the role's name
    actual = existing | {"Targets": {"S3Targets": [{"Path": path} for path in targets]}}
    actual |= {"Role": request["Role"]} if existing["Role"].rpartition("/")[2] == role else {}
    changed = differing(request, actual)
    if not changed:
        return Change("unchanged", CRAWLER, name)
    until(CRAWLER, name, lambda: _state(glue, name), good="READY", passing=("RUNNING", "STOPPING"))
    glue.update_crawler(Name=name, **request)
    return Change("updated", CRAWLER, name, ", ".join(changed))


@verb(CRAWLER)
def delete_crawler(session: Session, name: str, *, owner: str) -> Change | None:
    """Remove the crawler, if `owner` made it. One that just crawls is stopped first."""
    glue = session.client("glue")
    if _crawler(glue, name) is None:
        return None
    if owner_in(_tags(session, f"crawler/{name}")) != owner:
        return Change("unchanged", CRAWLER, name, "not made by this pipeline")
    if _state(glue, name) == "RUNNING":
        ended = (glue.exceptions.CrawlerNotRunningException, glue.exceptions.CrawlerStoppingException)
        with contextlib.suppress(*ended):  # it came to its end just now
            glue.stop_crawler(Name=name)
    until(CRAWLER, name, lambda: _state(glue, name), good="READY", passing=("RUNNING", "STOPPING"))
    glue.delete_crawler(Name=name)
    return Change("deleted", CRAWLER, name)
