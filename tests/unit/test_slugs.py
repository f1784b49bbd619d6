"""One slug names a pipeline everywhere: a reader finds all of it in ten seconds."""

from pathlib import Path

import pytest

from bootstrap.slugs import SLUGS
from lab.pipelines import pipeline

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_lab_runs_every_pipeline_that_can_be_wired(slug: str) -> None:
    assert pipeline(slug).slug == slug


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(
    "place",
    [
        "bootstrap/{slug}.py",
        "handlers/lambdas/{slug}",
        "lab/pipelines/{slug}*",
        "notebooks/{slug}.py",
        "notebooks/{slug}.ipynb",
        "tests/integration/test_{slug}.py",
    ],
)
def test_a_slug_names_each_part_of_its_pipeline(slug: str, place: str) -> None:
    assert list(ROOT.glob(place.format(slug=slug))), f"{slug} has no {place.format(slug=slug)}"


@pytest.mark.parametrize("slug", SLUGS)
def test_the_readme_has_a_section_for_each_pipeline(slug: str) -> None:
    assert f"### `{slug}`" in (ROOT / "README.md").read_text("utf-8")
