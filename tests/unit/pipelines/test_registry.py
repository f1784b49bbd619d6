"""The pipelines by slug."""

import pytest

from lab.errors import UsageError
from lab.pipelines import SLUGS, chosen, pipeline


@pytest.mark.parametrize("slug", SLUGS)
def test_every_slug_names_a_pipeline_with_every_verb(slug: str) -> None:
    found = pipeline(slug)

    assert found.slug == slug
    assert found.title
    assert all(
        callable(getattr(found, verb)) for verb in ("bootstrap", "teardown", "run", "verify", "redrive")
    )


def test_all_means_every_one() -> None:
    assert [found.slug for found in chosen("all")] == list(SLUGS)
    assert [found.slug for found in chosen("order_intake")] == ["order_intake"]


def test_an_unknown_slug_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"no pipeline 'orders'.*order_intake"):
        chosen("orders")
