"""Publication checks: untranslated texts, placeholders and wrong plurals prevent publication."""

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


def refusals(user: User, **fields: Any) -> list[str]:
    with translation.override("en"), pytest.raises(NotPublishable) as caught:
        start_edition(paper=make_paper(**fields), changes=NOTHING, actor=user, now=NOW)
    assert not EditionDraft.objects.exists()
    return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]


@pytest.mark.parametrize(("ideas", "support"), [(0, None), (1, 34), (2, None), (5, 34)])
def test_the_texts_of_the_portal_are_translated(ideas: int, support: int | None) -> None:
    whole = content()
    whole["recommendations"][0] |= {"ideas": ideas, "support": support}  # type: ignore[typeddict-item]
    assert interface_faults(whole, ABOUT) == []


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
    found = refusals(user, foreword_sr="<p>We write together.</p>", method_en="<p>Састајали смо се.</p>")
    assert [line.split(": ")[0] for line in found] == ["Foreword (српски)", "How it was made (English)"]
    [found_placeholder] = refusals(user, foreword_sr="<p>Било је %(n)s чланова.</p>")
    assert "%(n)s" in found_placeholder


@pytest.mark.django_db
def test_a_noun_must_agree_with_the_figure_that_is_filled_in(user: User) -> None:
    make_member(make_cohort())
    found = refusals(user, method_sr="<p>Било је {members} чланова.</p>", method_en="<p>We are {members} members.</p>")
    assert ["1 чланова" in found[0], "1 members" in found[1]] == [True, True]
    paper = make_paper(method_sr="<p>Био је {members} члан.</p>", method_en="<p>{members} member.</p>")
    assert issue(paper, user).content["method"]["sr"] == "<p>Био је 1 члан.</p>"


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("71 чланова из 3 градова", "sr", [("71 чланова", "71 члан"), ("3 градова", "3 града")]),
        ("11 члан, 12 школе", "sr", [("11 члан", "11 чланова"), ("12 школе", "12 школа")]),
        ("70 чланова, 71 члан, 72 члана, глас 21 члана, 5 школа, 101 консултација, 112 састанака", "sr", []),
        ("1.071 чланова, 2,5 градова, 21. школе, са 1 чланом", "sr", []),
        ("1 members of 2 school", "en", [("1 members", "1 member"), ("2 school", "2 schools")]),
    ],
)
def test_nouns_after_numbers(text: str, code: Any, found: list[tuple[str, str]]) -> None:
    assert wrong_plurals(text, code) == found


@pytest.mark.parametrize(
    ("text", "code", "is_other"),
    [
        ("We write together", "sr", True),
        ("<p>Пишемо на <a href='https://example.org/a/b/c/d/e'>TikTok</a> и YouTube</p>", "sr", False),
        ("TikTok, YouTube, Instagram", "sr", False),
        ("Reč „šeruj“ значи подели даље", "sr", False),
        ("2015/2016", "en", False),
        ("Пишемо заједно", "en", True),
        ("The word „реч“ means word", "en", False),
    ],
)
def test_the_language_of_a_text(text: str, code: Any, is_other: bool) -> None:
    assert is_other_language(text, code) is is_other
