"""What a trigger may be. https://docs.aws.amazon.com/glue/latest/webapi/API_Trigger.html"""

from collections.abc import Callable, Iterable
from typing import Any

from localstack_lab.api.service import Members
from localstack_lab.glue.crawlers.cron import Cron
from localstack_lab.glue.refusals import invalid, lacking, not_found

MOST_CRAWLERS = 2
"""https://docs.aws.amazon.com/glue/latest/dg/about-triggers.html"""
WATCHED = ("SUCCEEDED", "FAILED", "CANCELLED")

type Exists = Callable[[str], bool]


def checked(trigger: Members, crawler_exists: Exists) -> Members:
    """The members of a trigger that its type takes.

    :param trigger: Type, and the members of a TriggerUpdate
    :param crawler_exists: whether there is a crawler of a name
    :raises ServiceException: InvalidInputException, EntityNotFoundException, and NotImplementedException for
        what names a job
    """
    kind = trigger["Type"]
    if kind == "EVENT" or trigger.get("EventBatchingCondition"):
        raise lacking("A trigger of type EVENT")
    if not trigger.get("Actions"):
        raise invalid("Actions cannot be null or empty")
    made = {
        "Type": kind,
        "Actions": [_action(action, crawler_exists) for action in trigger["Actions"]],
    }
    if len(made["Actions"]) > MOST_CRAWLERS:
        raise invalid(f"A trigger can start at most {MOST_CRAWLERS} crawlers.")
    if trigger.get("Description"):
        made["Description"] = trigger["Description"]
    if kind == "SCHEDULED":
        made["Schedule"] = _schedule(trigger.get("Schedule"))
    elif trigger.get("Schedule"):
        raise invalid(f"A trigger of type {kind} has no Schedule.")
    if kind == "CONDITIONAL":
        made["Predicate"] = _predicate(trigger.get("Predicate") or {}, crawler_exists)
    elif (trigger.get("Predicate") or {}).get("Conditions"):
        raise invalid(f"A trigger of type {kind} has no Predicate.")
    return made


def satisfied(predicate: Members, outcomes: dict[str, Iterable[str]]) -> bool:
    """Whether a trigger is to fire.

    :param outcomes: crawler → how it ended
    """
    met = [
        condition["CrawlState"] in outcomes.get(condition["CrawlerName"], ())
        for condition in predicate["Conditions"]
    ]
    return any(met) if predicate.get("Logical") == "ANY" else all(met)


def _action(action: Members, exists: Exists) -> Members:
    if action.get("JobName"):
        if action.get("CrawlerName"):
            raise invalid("Both JobName and CrawlerName cannot be set together in an action")
        raise lacking(f"An action that starts a job ({action['JobName']})")
    if not action.get("CrawlerName"):
        raise invalid("JobName or CrawlerName in action cannot be null or empty")
    if more := sorted(key for key, value in action.items() if value and key != "CrawlerName"):
        raise invalid(f"An action that starts a crawler has no {', '.join(more)}.")
    if not exists(action["CrawlerName"]):
        raise not_found(f"Crawler {action['CrawlerName']} not found.")
    return {"CrawlerName": action["CrawlerName"]}


def _schedule(expression: str | None) -> str:
    if not expression:
        raise invalid("Schedule cannot be null or empty for a trigger of type SCHEDULED")
    try:
        Cron(expression)
    except ValueError as error:
        raise invalid(f"Invalid schedule: {error}") from error
    return expression


def _predicate(predicate: Members, exists: Exists) -> Members:
    conditions = predicate.get("Conditions") or []
    if not conditions:
        raise invalid("Predicate cannot be null or empty for a trigger of type CONDITIONAL")
    if len(conditions) > 1 and not predicate.get("Logical"):
        raise invalid("Logical cannot be null or empty where there are several conditions")
    made: dict[str, Any] = {"Conditions": [_condition(condition, exists) for condition in conditions]}
    if predicate.get("Logical"):
        made["Logical"] = predicate["Logical"]
    return made


def _condition(condition: Members, exists: Exists) -> Members:
    if condition.get("JobName"):
        raise lacking(f"A condition on a job ({condition['JobName']})")
    name, state = condition.get("CrawlerName"), condition.get("CrawlState")
    if not name:
        raise invalid("JobName or CrawlerName in condition cannot be null or empty")
    if state not in WATCHED:
        raise invalid(
            "State cannot be null or empty, choose from one of the following crawler state: "
            f"[{', '.join(WATCHED)}]"
        )
    if not condition.get("LogicalOperator"):
        raise invalid("Logical operator cannot be null or empty")
    if not exists(name):
        raise not_found(f"Crawler {name} not found.")
    return {"LogicalOperator": condition["LogicalOperator"], "CrawlerName": name, "CrawlState": state}
