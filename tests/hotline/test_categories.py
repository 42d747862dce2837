"""A category of report is whole: what its row in the table promises, the data files hold. Each message names the file to change."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
import yaml
from django.conf import settings

from awareness.topics.models import Topic
from clicksafely.common.report_registry import report_categories
from hotline import categories
from hotline.categories import CATEGORIES, CSAM, HATE_SPEECH, MAX_CODE_LENGTH, Category
from hotline.models import Report
from hotline.priority import REASON_LABELS, WEIGHTS, PriorityReason

QUESTIONS: Final = "hotline/seed/assessment_questions.yaml"
RULES: Final = "hotline/seed/routing_rules.yaml"

pytestmark = pytest.mark.texts


def read(path: str) -> Any:
    return yaml.safe_load((settings.BASE_DIR / path).read_text())


def illegal_answers() -> set[str]:
    """The answers of the active questions that mean illegal content."""
    return {
        answer["code"]
        for version in read(QUESTIONS)
        if version.get("active")
        for question in version["questions"]
        for answer in question["answers"]
        if answer.get("verdict") == "illegal"
    }


def is_referred_to_police(classification: str) -> bool:
    """Whether a routing rule refers content with this answer to the police; without a rule of its own, the general rule."""
    rules = read(RULES)
    own = [rule for rule in rules if rule["classification"] == classification]
    return any(rule.get("police") for rule in own or [rule for rule in rules if not rule["classification"]])


def faults(category: Category) -> Iterator[str]:
    """What the data files lack for the category."""
    if category.classification and category.classification not in illegal_answers():
        yield f"{QUESTIONS}: no illegal answer {category.classification}, the classification of {category.code}"
    if category.to_police != is_referred_to_police(category.classification):
        yield f"{RULES}: the rules of {category.classification!r} and `to_police` of {category.code} in hotline/categories.py differ"
    if category.code in PriorityReason.values:
        yield f"hotline/categories.py: {category.code} is the code of another priority reason"


def repeated_keys(version: dict[str, Any]) -> list[str]:
    """The answers of a set of questions whose key is that of an earlier answer: the form shows all questions on one page."""
    codes_by_key: dict[str, str] = {}
    answers = [answer for question in version["questions"] for answer in question["answers"] if answer.get("key")]
    return [
        f"{QUESTIONS}: {answer['code']} has the key {answer['key']} of {first}"
        for answer in answers
        if (first := codes_by_key.setdefault(answer["key"], answer["code"])) != answer["code"]
    ]


def test_each_answer_has_a_key_of_its_own() -> None:
    assert [line for version in read(QUESTIONS) for line in repeated_keys(version)] == []


def test_every_category_is_in_the_table() -> None:
    defined = {name for name, value in vars(categories).items() if isinstance(value, Category)}
    listed = {name for name in defined if getattr(categories, name) in CATEGORIES.values()}
    assert defined - listed == set(), "hotline/categories.py: CATEGORIES lacks them"
    assert {"CSAM", "OTHER"} <= listed


def test_the_data_files_have_all_that_a_category_needs() -> None:
    assert [fault for category in CATEGORIES.values() for fault in faults(category)] == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": "hate_speech"}, "small letters and hyphens"),
        ({"code": "a-code-that-is-too-long"}, "at most 16"),
        ({"weight": 3}, "a weight needs a reason"),
        ({"reason": CSAM.reason}, "a reason a weight"),
        ({"is_sexual_abuse": True}, "an offence"),
    ],
)
def test_a_category_that_contradicts_itself_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(HATE_SPEECH, **change)


def test_the_reason_of_a_category_has_its_code() -> None:
    """The case page shows the category only if no reason says it."""
    of_categories = {category.code: category for category in CATEGORIES.values() if category.weight}
    assert WEIGHTS.keys() == REASON_LABELS.keys() == {*PriorityReason.values, *of_categories}
    assert {code: (WEIGHTS[code], REASON_LABELS[code]) for code in of_categories} == {
        code: (category.weight, category.reason) for code, category in of_categories.items()
    }


def test_every_category_is_registered_for_other_apps() -> None:
    assert {code: (registered.title, registered.url_kwargs) for code, registered in report_categories().items()} == {
        code: (category.label, {"category": code}) for code, category in CATEGORIES.items()
    }
    assert list(report_categories()) == list(CATEGORIES)
    assert Topic._meta.get_field("report_category").max_length == MAX_CODE_LENGTH
    assert Report._meta.get_field("category").max_length == MAX_CODE_LENGTH
