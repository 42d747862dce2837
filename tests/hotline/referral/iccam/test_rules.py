"""Tests of ICCAM's four rules and of the plan of updates. Pure."""

from dataclasses import replace

import pytest

from hotline.models import IccamRule
from hotline.referral.iccam import mapping, rules
from hotline.referral.iccam.mapping import DesiredState, SyncPlan, plan_sync
from hotline.referral.iccam.schemas import Content, ContentType

OURS = Content(content_id=7, report_id=1, address="https://a.example.org/", hosting_country="RS", assigned_country="RS")
BASELINE, NATIONAL, NOTHING = ({"classification": code} for code in (1, 2, 4))


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (OURS, None),
        (replace(OURS, hosting_country="DE"), None),
        (replace(OURS, assigned_country="DE"), IccamRule.NOT_OURS),
        (replace(OURS, assigned_country=""), IccamRule.NOT_OURS),
        (replace(OURS, actions=(1,)), IccamRule.ACTIONS_EXIST),
        (replace(OURS, actions=(0,)), IccamRule.ACTIONS_EXIST),
        (replace(OURS, assessment=BASELINE), IccamRule.BASELINE_FINAL),
        (replace(OURS, assessment=NATIONAL), None),
        (replace(OURS, assessment=NATIONAL, hosting_country="DE"), IccamRule.ONLY_NATIONAL),
        (replace(OURS, assessment=NATIONAL, actions=(1,)), IccamRule.ACTIONS_EXIST),
        (replace(OURS, assessment=NOTHING), IccamRule.ONLY_NATIONAL),
    ],
)
def test_rule_against_assessment(content: Content, rule: IccamRule | None) -> None:
    assert rules.rule_against_assessment(content, country="RS") == rule


@pytest.mark.parametrize(("country", "rule"), [("RS", None), ("DE", IccamRule.NOT_OURS), ("", IccamRule.NOT_OURS)])
def test_rule_against_action(country: str, rule: IccamRule | None) -> None:
    content = replace(OURS, assigned_country=country, assessment=BASELINE, actions=(1,))
    assert rules.rule_against_action(content, country="RS") == rule


@pytest.mark.parametrize(
    ("content", "desired", "expected"),
    [
        # Nothing to send: ICCAM has everything.
        (OURS, DesiredState(), SyncPlan()),
        (replace(OURS, assessment=NATIONAL, actions=(1,)), DesiredState(assessment=NATIONAL, actions=[1]), SyncPlan()),
        # The assessment precedes the actions, and only missing parts are sent.
        (OURS, DesiredState(assessment=NATIONAL, actions=[1, 2]), SyncPlan(NATIONAL, (1, 2))),
        (replace(OURS, actions=(1,)), DesiredState(actions=[1, 3]), SyncPlan(None, (3,))),
        # A rule prevents the assessment, but not the actions.
        (
            replace(OURS, assessment=BASELINE),
            DesiredState(assessment=NOTHING, actions=[6]),
            SyncPlan(None, (6,), blocked_by=IccamRule.BASELINE_FINAL),
        ),
        (
            replace(OURS, actions=(1,)),
            DesiredState(assessment=NATIONAL, actions=[3]),
            SyncPlan(None, (3,), blocked_by=IccamRule.ACTIONS_EXIST),
        ),
        # Content assigned to another country is left alone.
        (replace(OURS, assigned_country="DE"), DesiredState(actions=[3]), SyncPlan(blocked_by=IccamRule.NOT_OURS)),
        # Assigned to another country with its new host, without our actions.
        (OURS, DesiredState(assessment=NATIONAL, actions=[1], country="DE"), SyncPlan(NATIONAL, (), True, True)),
        (replace(OURS, hosting_country="DE"), DesiredState(country="DE"), SyncPlan(None, (), False, True)),
        (replace(OURS, assigned_country="DE"), DesiredState(country="DE"), SyncPlan()),
        (replace(OURS, assigned_country="NL"), DesiredState(country="DE"), SyncPlan(blocked_by=IccamRule.NOT_OURS)),
    ],
)
def test_plan_of_the_sync(content: Content, desired: DesiredState, expected: SyncPlan) -> None:
    assert plan_sync(content, desired, country="RS") == expected


def test_answers_become_an_assessment() -> None:
    codes = {"classification": 2, "age": 3, "gender": 4, "virtual": 2, "a question of another version": 9}
    assert mapping.assessment(codes, verdict="illegal", analyst="us") == {
        "assessingAnalystName": "us",
        "classification": 2,
        "ageCategorization": 3,
        "genderCategorization": 4,
        "virtualContentCategorization": 2,
    }


@pytest.mark.parametrize("verdict", ["illegal", "not_illegal"])
def test_unmapped_verdict_is_sent_as_not_illegal(verdict: str) -> None:
    assessment = mapping.assessment({"classification": None, "age": None}, verdict=verdict, analyst="us")
    assert assessment == {
        "assessingAnalystName": "us",
        "classification": 4,
        "ageCategorization": 1,
        "genderCategorization": 1,
    }


def test_unassessable_content_gets_no_assessment() -> None:
    assert mapping.assessment({"classification": None}, verdict="cannot_assess", analyst="us") is None


@pytest.mark.parametrize(
    ("kinds", "outcome", "types"),
    [
        (["police", "host", "police"], "", [1, 2]),
        (["partner", "signpost"], "referred", []),
        (["host", "police"], "removed", [1, 2, 3]),
        (["removed", "host"], "removed", [2, 3]),
        ([], "unavailable", [4]),
        (["moved"], "moved", [0]),
        ([], "not_illegal", [6]),
        ([], "outside_remit", [6]),
        ([], "cannot_assess", [4]),
    ],
)
def test_actions_and_outcomes_have_their_types(kinds: list[str], outcome: str, types: list[int]) -> None:
    assert mapping.actions(kinds, outcome=outcome) == types


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://a.example.org/x.jpg?y=1", ContentType.MEDIA),
        ("https://a.example.org/x.html", ContentType.WEBSITE),
        ("magnet:?xt=urn:btih:0", ContentType.WEBSITE),
    ],
)
def test_kinds_of_content_are_known_by_their_ending(address: str, kind: ContentType) -> None:
    assert mapping.content_type(address) == kind
