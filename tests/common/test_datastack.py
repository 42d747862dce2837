"""Room on the stack: calls cost the same at every depth of it."""

import resource
from collections.abc import Callable

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from clicksafely.common.datastack import roomy

CALLS = 2000
# A chunk holds some hundred frames of the smallest kind, so several end within these.
DEPTHS = range(400)


def at_depth(depth: int, function: Callable[[], None]) -> None:
    """Call it from that many frames further up."""
    if depth:
        at_depth(depth - 1, function)
    else:
        function()


def nothing() -> None:
    """A call."""


def call_again_and_again() -> None:
    """At one depth."""
    for _ in range(CALLS):
        nothing()


def pages(depth: int) -> int:
    """How many pages of memory the kernel gives while that goes on."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    at_depth(depth, call_again_and_again)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_no_depth_is_slow() -> None:
    assert roomy(lambda: max(map(pages, DEPTHS)))() < CALLS / 10


def test_arguments_answers_and_faults_pass() -> None:
    assert roomy(divmod)(7, 2) == (3, 1)
    assert roomy(sorted)([1, 2], reverse=True) == [2, 1]
    with pytest.raises(ZeroDivisionError):
        roomy(divmod)(1, 0)


def test_every_request_has_it() -> None:
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(max(map(pages, DEPTHS)))
        return HttpResponse()

    import_string(settings.MIDDLEWARE[0])(answer)(HttpRequest())
    assert seen[0] < CALLS / 10
