"""Memory from the start of a measurement to its end."""

import os

import pytest

from benchmarks.memory_course import Course


def test_growth_is_from_the_first_moment_to_the_last() -> None:
    course = Course([("start", 300.0, 200.0), ("middle", 350.0, 260.0), ("end", 320.0, 210.0)])
    assert course.growth() == 10.0
    assert course.kib_each(1024) == 10.0
    assert str(course) == "start 300 (200), middle 350 (260), end 320 (210)"


def test_without_moments_nothing_has_grown() -> None:
    assert Course().growth() == 0.0


def test_growth_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="among 0"):
        Course().kib_each(0)


def test_a_process_weighs_something() -> None:
    course = Course()
    course.weigh("now", os.getpid())
    [(name, rss, pss)] = course.moments
    assert name == "now"
    assert rss >= pss > 0
