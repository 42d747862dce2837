"""A referral channel is whole: its column, its schedule and its rule exist. Each message names the file to change."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
import yaml
from django.conf import settings
from django.db import models

from hotline.models import ActionKind, Route, RoutingRule
from hotline.models.routing import REFERRAL_CHANNELS, ReferralChannel
from hotline.review.case_page import ACTION_KEYS
from hotline.statistics.aggregate import HANDED_OVER

pytestmark = pytest.mark.texts

TABLE: Final = "hotline/models/routing.py"
RULES: Final = "hotline/seed/routing_rules.yaml"
TEMPLATES: Final = settings.BASE_DIR / "templates" / "staff" / "hotline" / "review"


def other_keys(code: str) -> set[str]:
    """The keys of the case page but for that of a channel: in templates, of actions, of answers and of other channels."""
    templates = " ".join(path.read_text() for path in TEMPLATES.glob("*.html"))
    questions = yaml.safe_load((settings.BASE_DIR / "hotline/seed/assessment_questions.yaml").read_text())
    return {
        *" ".join(re.findall(r'data-(?:focus-)?key="([^"{]+)', templates)).split(),
        *ACTION_KEYS.values(),
        *(
            answer["key"]
            for version in questions
            for question in version["questions"]
            for answer in question["answers"]
            if answer.get("key")
        ),
        *(channel.key for route, channel in REFERRAL_CHANNELS.items() if route != code),
    } - {""}


def faults(code: str, channel: ReferralChannel | None) -> Iterator[str]:
    """The places that lack the channel with the code of its route."""
    if channel is None:
        yield f"{TABLE}: REFERRAL_CHANNELS lacks {code}"
        return
    columns = {field.name for field in RoutingRule._meta.fields if isinstance(field, models.BooleanField)}
    if code not in columns:
        yield f"{TABLE}: RoutingRule has no column {code}"
    if channel.task and channel.task not in settings.CELERY_BEAT_SCHEDULE:
        yield f"clicksafely/settings.py: _PERIODIC_TASKS lacks {channel.task}, the task of {code}"
    if not any(rule.get(code) for rule in yaml.safe_load((settings.BASE_DIR / RULES).read_text())):
        yield f"{RULES}: no rule proposes {code}"
    if channel.key in other_keys(code):
        yield f"{TABLE}: the key {channel.key} of {code} has another meaning on the case page"


def test_every_channel_has_all_that_it_needs() -> None:
    assert [fault for route in Route for fault in faults(route, REFERRAL_CHANNELS.get(route))] == []


def test_each_channel_records_an_action_of_its_own() -> None:
    actions = [channel.action for channel in REFERRAL_CHANNELS.values()]
    assert len({*actions}) == len(actions)
    assert {*ActionKind} - {*actions} == {*ACTION_KEYS}, "every other action is a finding, with a key of its own"


def test_statistics_count_channels_that_seek_removal() -> None:
    """Times until a hand-over are published figures: a help service is no hand-over."""
    assert Route.SIGNPOST not in [route for route, channel in REFERRAL_CHANNELS.items() if channel.seeks_removal]
    assert ActionKind.SIGNPOST not in HANDED_OVER
    assert {"police", "host", "partner"} <= {*HANDED_OVER}
