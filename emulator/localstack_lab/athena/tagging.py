"""Tags of work groups and data catalogs.

https://docs.aws.amazon.com/athena/latest/ug/tags.html
"""

from collections.abc import Iterable, Mapping

from localstack_lab.athena.refusals import invalid

MOST_TAGS = 50


def tags_of(given: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """A list of Key and Value as a dictionary.

    :raises ServiceException: there are too many, or one is AWS's own
    """
    tags: dict[str, str] = {}
    for tag in given or ():
        if tag["Key"].lower().startswith("aws:"):
            raise invalid("Tag keys must not start with aws:")
        tags[tag["Key"]] = tag.get("Value", "")
    check_number(tags)
    return tags


def check_number(tags: Mapping[str, str]) -> None:
    """Refuse more tags than a resource may have.

    :raises ServiceException:
    """
    if len(tags) > MOST_TAGS:
        raise invalid(f"A resource can have up to {MOST_TAGS} tags.")
