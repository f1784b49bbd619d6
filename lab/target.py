"""From a port to what the pipelines need: the settings of a lab that runs."""

import difflib
from pathlib import Path

from bootstrap.settings import Settings
from lab.errors import NotRunning, UsageError
from lab.health import health
from lab.options import at
from lab.pipelines import SLUGS, chosen
from lab.pipelines.base import Pipeline
from lab.runtime import Phase
from lab.runtimes import runtime

REASONS = {
    Phase.STOPPED: ("No lab runs on port {}.", "Start it with `lab up{at}`."),
    Phase.DEAD: (
        "The lab on port {} has died.",
        "`lab up{at}` starts a new one; `lab status{at}` shows its last words.",
    ),
    Phase.STARTING: ("The lab on port {} is still starting.", "`lab up{at}` waits until it is healthy."),
    Phase.UNHEALTHY: (
        "The lab on port {} does not answer.",
        "`lab up{at}` replaces it if it does not recover.",
    ),
}


def settings_of(port: int, home: Path | None) -> Settings:
    """The settings for the lab on `port`.

    :raises NotRunning: with the reason and the way out
    """
    lab = runtime(port, home)
    status = lab.status()
    if status.phase in REASONS and not (status.phase is Phase.STOPPED and health(port)):
        sentence, remedy = REASONS[status.phase]
        raise NotRunning(sentence.format(status.port), remedy.format(at=at(status.port)))
    return Settings.for_port(status.port)


def pipelines(slug: str, *, every: bool = True) -> list[Pipeline]:
    """The pipeline called `slug`, or every one for ``all``.

    :param every: whether ``all`` is allowed
    :raises UsageError: there is none of that name; the sentence names the likeliest
    """
    known = [*SLUGS, "all"] if every else list(SLUGS)
    if slug in known:
        return chosen(slug)
    close = difflib.get_close_matches(slug.lower().replace("-", "_"), known, n=1, cutoff=0.5)
    there = ", ".join(known)
    raise UsageError(
        f"There is no pipeline {slug!r}.",
        f"Did you mean {close[0]}? There are: {there}." if close else f"There are: {there}.",
    )
