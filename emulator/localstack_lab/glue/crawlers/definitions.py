"""Definitions of crawlers: what may be asked for, what it is completed with, how it is shown."""

from typing import Any

from localstack_lab.glue.crawlers import configuration
from localstack_lab.glue.crawlers.cron import Cron
from localstack_lab.glue.crawling import globs
from localstack_lab.glue.refusals import invalid
from localstack_lab.glue.store import copied

type Members = dict[str, Any]

TARGETS = (
    *("S3Targets", "JdbcTargets", "MongoDBTargets", "DynamoDBTargets", "CatalogTargets", "DeltaTargets"),
    *("IcebergTargets", "HudiTargets"),
)
MEMBERS = (
    *("Name", "Role", "Targets", "DatabaseName", "Description", "Classifiers", "RecrawlPolicy"),
    *("SchemaChangePolicy", "LineageConfiguration", "TablePrefix", "Configuration"),
    *("CrawlerSecurityConfiguration", "LakeFormationConfiguration"),
)
_EVERYTHING = "CRAWL_EVERYTHING"
_ONLY_LOG = (
    'The SchemaChangePolicy for "Crawl new folders only" Amazon S3 target can have only LOG DeleteBehavior '
    "value and LOG UpdateBehavior value."
)


def completed(request: Members, classifiers: dict[str, Any]) -> Members:
    """A definition with Glue's defaults, checked.

    :param request: members of CreateCrawler, or those of a crawler with the changes of UpdateCrawler
    :param classifiers: those that there are
    :raises ServiceException: InvalidInputException
    """
    made: Members = {name: copied(request[name]) for name in MEMBERS if request.get(name) is not None}
    made["Role"] = role_name(made["Role"])
    made["Targets"] = targets(made["Targets"])
    made.setdefault("Classifiers", [])
    if gone := [name for name in made["Classifiers"] if name not in classifiers]:
        raise invalid(f"The following classifiers do not exist: {', '.join(gone)}")
    recrawl = (made.get("RecrawlPolicy") or {}).get("RecrawlBehavior") or _EVERYTHING
    made["RecrawlPolicy"] = {"RecrawlBehavior": recrawl}
    made["SchemaChangePolicy"] = _policy(made.get("SchemaChangePolicy") or {}, recrawl)
    lineage = made.get("LineageConfiguration") or {}
    made["LineageConfiguration"] = {
        "CrawlerLineageSettings": lineage.get("CrawlerLineageSettings") or "DISABLE"
    }
    formation = made.get("LakeFormationConfiguration") or {}
    made["LakeFormationConfiguration"] = {
        "UseLakeFormationCredentials": bool(formation.get("UseLakeFormationCredentials")),
        "AccountId": formation.get("AccountId") or "",
    }
    try:
        configuration.parse(made.get("Configuration"))
    except configuration.BadConfiguration as error:
        raise invalid(str(error)) from error
    _together(made)
    return made


def role_name(role: str) -> str:
    """A role's path and name, which is what Glue answers for a role's ARN too."""
    _, mark, name = role.partition(":role/")
    return name if mark else role


def targets(given: Members) -> Members:
    """Targets with a list for every kind.

    :raises ServiceException: InvalidInputException
    """
    made: Members = {kind: copied(given.get(kind) or []) for kind in TARGETS}
    if not any(made.values()):
        raise invalid("A crawler must have at least one target.")
    for target in made["S3Targets"]:
        path = target.get("Path") or ""
        if not path:
            raise invalid("An S3 target must have a Path.")
        scheme, mark, place = path.rpartition("://")
        if scheme != ("s3" if mark else "") or not place or place.startswith("/"):
            raise invalid(f"An S3 target's Path must be of the form s3://bucket/prefix: {path}")
        target.setdefault("Exclusions", [])
        size = target.get("SampleSize")
        if size is not None and not 1 <= size <= 249:
            raise invalid("SampleSize must be between 1 and 249.")
        try:
            for pattern in target["Exclusions"]:
                globs.compiled(pattern)
        except globs.BadPattern as error:
            raise invalid(str(error)) from error
    for target in made["DynamoDBTargets"]:
        if not target.get("Path"):
            raise invalid("A DynamoDB target must have a Path, the name of a table.")
        rate = target.get("scanRate")
        if rate is not None and not 0.1 <= rate <= 1.5:
            raise invalid("scanRate must be between 0.1 and 1.5.")
    for kind in ("JdbcTargets", "MongoDBTargets"):
        if any(not target.get("ConnectionName") for target in made[kind]):
            raise invalid(f"Each of {kind} must have a ConnectionName.")
    return made


def _policy(given: Members, recrawl: str) -> Members:
    default = ("UPDATE_IN_DATABASE", "DEPRECATE_IN_DATABASE") if recrawl == _EVERYTHING else ("LOG", "LOG")
    policy = {
        "UpdateBehavior": given.get("UpdateBehavior") or default[0],
        "DeleteBehavior": given.get("DeleteBehavior") or default[1],
    }
    if recrawl == "CRAWL_NEW_FOLDERS_ONLY" and set(policy.values()) != {"LOG"}:
        raise invalid(_ONLY_LOG)
    return policy


def _together(made: Members) -> None:
    kinds = [kind for kind in TARGETS if made["Targets"][kind]]
    if "CatalogTargets" in kinds:
        if len(kinds) > 1:
            raise invalid("Catalog targets cannot be mixed with other targets.")
        if made["SchemaChangePolicy"]["DeleteBehavior"] != "LOG":
            raise invalid(
                "The SchemaChangePolicy for catalog targets can have only LOG DeleteBehavior value."
            )
    elif not made.get("DatabaseName"):
        made["DatabaseName"] = "default"


def schedule(expression: str | None) -> str | None:
    """A cron expression; None for an empty one.

    :raises ServiceException: InvalidInputException
    """
    if not expression:
        return None
    try:
        Cron(expression)
    except ValueError as error:
        raise invalid(f"Schedule is not valid: {error}") from error
    return expression
