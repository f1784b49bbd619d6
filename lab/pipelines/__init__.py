"""The pipelines by slug, each imported when it is first asked for."""

import importlib

from bootstrap.slugs import SLUGS
from lab.errors import UsageError
from lab.pipelines.base import Pipeline


def pipeline(slug: str) -> Pipeline:
    """The pipeline of that slug.

    :raises UsageError: there is none
    """
    if slug not in SLUGS:
        raise UsageError(f"There is no pipeline {slug!r}.", f"There are: {', '.join(SLUGS)}.")
    return importlib.import_module(f"lab.pipelines.{slug}").PIPELINE


def chosen(slug: str) -> list[Pipeline]:
    """The pipeline of that slug, or every one for ``all``, in the order of `SLUGS`.

    :raises UsageError: there is none
    """
    return [pipeline(name) for name in (SLUGS if slug == "all" else (slug,))]
