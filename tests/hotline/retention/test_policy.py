"""Choice of the rule, and the legal minimum."""

import pytest
from django.db import IntegrityError, transaction

from hotline.models import LegalMinimum, RetentionRule
from hotline.retention import services
from hotline.retention.policy import ReportKind, load_policy
from tests.hotline.review.conftest import NOW, make_user

pytestmark = pytest.mark.django_db

PLAIN = ReportKind("csam", "closed", False)
POLICE = ReportKind("csam", "closed", True)


def add(days: int, part: str = "words", **columns: object) -> RetentionRule:
    return RetentionRule.objects.create(part=part, days=days, **columns)


def days(kind: ReportKind, part: str = "words") -> int | None:
    return load_policy().days_for(part, kind)


def test_the_most_particular_rule_counts() -> None:
    assert [days(PLAIN, part) for part in ("contact", "words", "identity")] == [90, 365, 365]
    add(300, category="csam")
    assert (days(PLAIN), days(ReportKind("other", "closed", False))) == (300, 365)
    add(200, state="closed")
    assert (days(PLAIN), days(ReportKind("other", "closed", False))) == (300, 200)
    add(250, category="csam", state="closed")
    assert days(PLAIN) == 250
    add(1000, police=True)
    assert (days(PLAIN), days(POLICE)) == (250, 1000)


def test_police_cases_have_longer_terms_and_legal_minimums_apply() -> None:
    RetentionRule.objects.filter(part="words").update(days=30)
    assert (days(PLAIN), days(POLICE)) == (30, 90)
    LegalMinimum.objects.create(part="words", category="csam", days=500, source_sr="закон", source_en="a law")
    assert (days(PLAIN), days(POLICE), days(ReportKind("other", "spam", False))) == (500, 500, 30)


def test_a_case_is_anonymised_when_nothing_else_is_left_of_it_and_never_without_a_rule() -> None:
    add(900, category="csam")
    assert (days(PLAIN, "identity"), days(ReportKind("other", "closed", False), "identity")) == (900, 365)
    RetentionRule.objects.filter(part="contact").delete()
    assert (days(PLAIN, "contact"), days(PLAIN, "identity"), days(PLAIN)) == (None, None, 900)


def test_a_rule_shorter_than_the_law_is_not_written() -> None:
    actor = make_user("lead", "supervisor")
    with pytest.raises(services.ShorterThanTheLaw) as refused:
        services.save_rule(
            rule=RetentionRule(part="words", police=True, days=89), actor=actor, now=NOW, changed=["days"]
        )
    assert refused.value.minimum.days == 90
    assert not RetentionRule.objects.filter(police=True).exists()
    services.save_rule(rule=RetentionRule(part="words", police=True, days=90), actor=actor, now=NOW, changed=["days"])


def test_a_general_rule_is_not_taken_away() -> None:
    actor = make_user("lead", "supervisor")
    with pytest.raises(services.GeneralRule):
        services.remove_rule(rule=RetentionRule.objects.get(part="words"), actor=actor, now=NOW)
    services.remove_rule(rule=add(3, category="csam"), actor=actor, now=NOW)
    assert RetentionRule.objects.count() == 3


def test_the_database_refuses_impossible_and_second_rules_and_a_law_without_a_source() -> None:
    for columns in ({"days": 0}, {"days": 3651}, {"part": "other", "days": 1}, {"days": 365}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RetentionRule.objects.create(**{"part": "words", **columns})
    with pytest.raises(IntegrityError), transaction.atomic():
        LegalMinimum.objects.create(part="contact", days=3, source_sr="", source_en="x")
