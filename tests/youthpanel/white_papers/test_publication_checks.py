"""Publication checks: untranslated texts, placeholders and wrong plurals prevent publication."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from clicksafely.accounts.models import User
from tests.factories.papers import both, content, issue, make_paper
from tests.factories.youthpanel import NOW, make_cohort, make_member
from youthpanel.models import Edition, EditionDraft
from youthpanel.white_papers.exceptions import NotPublishable
from youthpanel.white_papers.layout import EditionInfo
from youthpanel.white_papers.publication_checks import interface_faults, is_other_language, wrong_plurals
from youthpanel.white_papers.publishing import make_edition, start_edition

NOTHING = both("")
ABOUT = EditionInfo(1, NOW, NOTHING)


@pytest.fixture
def _without_catalogue(tmp_path: Path) -> Iterator[None]:
    """A process that started before the Serbian catalogue was compiled."""
    with override_settings(LOCALE_PATHS=[tmp_path]):
        translation_file_changed(None, Path("before.mo"))
        yield
    translation_file_changed(None, Path("after.mo"))


@pytest.fixture
def user() -> User:
    return User.objects.create_user("coordinator")


def refusals(user: User, **fields: Any) -> list[str]:
    with translation.override("en"), pytest.raises(NotPublishable) as caught:
        start_edition(paper=make_paper(**fields), changes=NOTHING, actor=user, now=NOW)
    assert not EditionDraft.objects.exists()
    return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]


@pytest.mark.parametrize("support", [None, 34])
@pytest.mark.parametrize("ideas", [0, 1, 2, 5, 21])
def test_the_texts_of_the_portal_are_translated(ideas: int, support: int | None) -> None:
    whole = content()
    whole["recommendations"][0] |= {"ideas": ideas, "support": support}  # type: ignore[typeddict-item]
    assert interface_faults(whole, ABOUT) == []


@pytest.mark.usefixtures("_without_catalogue")
def test_a_process_without_the_catalogue_finds_every_heading() -> None:
    faults = interface_faults(content(), ABOUT)
    assert {"Contents", "Foreword", "How it was made", "Recommendations", "Youth panel of Click Safely"} <= set(faults)


@pytest.mark.django_db
@pytest.mark.usefixtures("_without_catalogue")
def test_it_issues_nothing(user: User) -> None:
    refused = refusals(user)
    assert "Text of the portal: “Foreword” is not translated. Tell the administrator." in refused


@pytest.mark.django_db
def test_a_worker_without_the_catalogue_fails_the_edition_before_a_file_is_made(
    user: User, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    draft = start_edition(paper=make_paper(), changes=NOTHING, actor=user, now=NOW)
    with override_settings(LOCALE_PATHS=[tmp_path]):
        translation_file_changed(None, Path("before.mo"))
        assert make_edition(draft_id=draft.pk, clock=lambda: NOW) is None
    translation_file_changed(None, Path("after.mo"))
    draft.refresh_from_db()
    assert (draft.failed, draft.files.count(), Edition.objects.count()) == (True, 0, 0)
    assert "Foreword" in caplog.text


@pytest.mark.django_db
def test_texts_in_the_other_language_are_named_with_their_place(user: User) -> None:
    assert refusals(user, foreword_sr="<p>We write together.</p>", method_en="<p>Састајали смо се.</p>") == [
        "Foreword (српски): This text is not in Serbian Cyrillic. Translate it.",
        "How it was made (English): This text is not in English. Translate it, or leave it empty.",
    ]


@pytest.mark.django_db
def test_a_placeholder_of_the_portal_is_unfilled(user: User) -> None:
    assert refusals(user, foreword_sr="<p>Било је %(n)s чланова.</p>") == [
        "Foreword (српски): “%(n)s” is still a placeholder. Replace it."
    ]


@pytest.mark.django_db
def test_a_noun_must_agree_with_the_figure_that_is_filled_in(user: User) -> None:
    make_member(make_cohort())
    assert refusals(
        user, method_sr="<p>Било је {members} чланова.</p>", method_en="<p>We are {members} members.</p>"
    ) == [
        "How it was made (српски): “1 чланова” should be “1 члан”.",
        "How it was made (English): “1 members” should be “1 member”.",
    ]
    paper = make_paper(method_sr="<p>Био је {members} члан.</p>", method_en="<p>{members} member.</p>")
    assert issue(paper, user).content["method"]["sr"] == "<p>Био је 1 члан.</p>"


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("71 чланова из 3 градова", "sr", [("71 чланова", "71 члан"), ("3 градова", "3 града")]),
        ("<b>22</b> консултација", "sr", [("22 консултација", "22 консултације")]),
        ("11 члан, 12 школе", "sr", [("11 члан", "11 чланова"), ("12 школе", "12 школа")]),
        ("70 чланова, 71 члан, 72 члана, глас 21 члана, 5 школа, 101 консултација, 112 састанака", "sr", []),
        ("1.071 чланова, 2,5 градова, 21. школе, са 1 чланом", "sr", []),
        ("1 members of 2 school", "en", [("1 members", "1 member"), ("2 school", "2 schools")]),
        ("70 members from 1 town, 21 schools", "en", []),
    ],
)
def test_nouns_after_numbers(text: str, code: Any, found: list[tuple[str, str]]) -> None:
    assert wrong_plurals(text, code) == found


@pytest.mark.parametrize(
    ("text", "code", "is_other"),
    [
        ("We write together", "sr", True),
        ("Pišemo zajedno", "sr", True),
        ("<p>Пишемо на <a href='https://example.org/a/b/c/d/e'>TikTok</a> и YouTube</p>", "sr", False),
        ("TikTok, YouTube, Instagram", "sr", False),
        ("Reč „šeruj“ значи подели даље", "sr", False),
        ("", "sr", False),
        ("2015/2016", "en", False),
        ("Пишемо заједно", "en", True),
        ("The word „реч“ means word", "en", False),
    ],
)
def test_the_language_of_a_text(text: str, code: Any, is_other: bool) -> None:
    assert is_other_language(text, code) is is_other
