"""Articles, guides and leaflets of every installation: length, sentences, both languages, and what an editor must check first."""

from typing import Any, Final

import pytest

from awareness.topics.content import LANGUAGES, SEED
from clicksafely.common.content.schema import content_files, read_checked
from tests.awareness.content import strings_in
from tests.awareness.text_measures import sentence_length, words_in
from tests.cases import failed_cases

pytestmark = pytest.mark.texts

ARTICLES: Final = {d.data["slug"]: d.data for d in read_checked(content_files(SEED / "news"))}
RESOURCES: Final = {d.data["slug"]: d.data for d in read_checked(content_files(SEED / "library"))}
GUIDES: Final = {slug: data for slug, data in RESOURCES.items() if data["kind"] == "guide"}
SHEETS: Final = {slug: data["sheet"]["parts"] for slug, data in RESOURCES.items() if "sheet" in data}
# As in the texts of topics: the same text has more words in English than in Serbian.
ARTICLE_WORDS: Final = range(300, 521)
GUIDE_WORDS: Final = range(230, 421)
# Words of a sentence on average, for readers of 10 to 14 years.
MAX_SENTENCE_LENGTH: Final = 15
# The last section of a guide is for adults.
FOR_PARENTS: Final = {"sr": "## За родитеље", "en": "## For parents"}


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def shape(text: str) -> list[str]:
    return [line[:3] if line.startswith("#") else line[:1] if line.startswith("-") else "" for line in lines(text)]


def test_articles_are_of_a_length_that_is_read() -> None:
    def check(case: tuple[str, str]) -> None:
        slug, code = case
        found = [block.get(f"{name}_{code}", "") for block in ARTICLES[slug]["blocks"] for name in ("heading", "text")]
        count = sum(map(words_in, found))
        assert count in ARTICLE_WORDS, f"{count} words"

    assert len(ARTICLES) == 5
    assert failed_cases(check, ((slug, code) for slug in ARTICLES for code in LANGUAGES)) == {}


def test_both_languages_of_an_article_and_of_a_guide_have_the_same_parts() -> None:
    texts = [block for article in ARTICLES.values() for block in article["blocks"]]
    for pair in (*((text["text_sr"], text["text_en"]) for text in texts), *_descriptions()):
        assert shape(pair[0]) == shape(pair[1]), pair[1]


def _descriptions() -> list[tuple[str, str]]:
    return [(data["description_sr"], data["description_en"]) for data in GUIDES.values()]


def test_guides_are_short_and_plain() -> None:
    def check(case: tuple[str, str]) -> None:
        slug, code = case
        text = GUIDES[slug][f"description_{code}"]
        assert words_in(text) in GUIDE_WORDS, f"{words_in(text)} words"
        young, parents = text.split(FOR_PARENTS[code])
        assert words_in(parents) > 25
        length = sentence_length(lines(young))
        assert length <= MAX_SENTENCE_LENGTH, f"{length:.1f} words a sentence"

    assert len(GUIDES) == 10
    assert failed_cases(check, ((slug, code) for slug in GUIDES for code in LANGUAGES)) == {}


def test_no_guide_is_checked_before_an_editor_reads_its_steps() -> None:
    """The schema requires the note. A day may be entered here only with the sources that were read."""
    assert {data["checked_on"] for data in GUIDES.values()} == {""}
    for code in LANGUAGES:
        notes = [data[f"approval_note_{code}"] for data in GUIDES.values()]
        assert len(set(notes)) == len(GUIDES), "each note names the uncertain steps of its guide"


def test_guides_lead_to_an_adult_then_to_the_report_then_to_help() -> None:
    for slug, data in GUIDES.items():
        for code, words in (("sr", ("одраслој особи", "Сачувај", "пријави га", "Нет патроли", "19833", "116111", "192")),
                            ("en", ("an adult", "Keep the", "report", "Net Patrola", "19833", "116111", "192"))):  # fmt: skip
            text = data[f"description_{code}"]
            text = text[text.index("одраслој особи" if code == "sr" else "an adult you trust") :]
            places = [text.find(word) for word in words]
            assert -1 not in places, (slug, code, words)
            assert places == sorted(places), (slug, code)


def test_both_languages_of_a_sheet_have_the_same_items() -> None:
    for slug, parts in SHEETS.items():
        for part in parts:
            assert len(part.get("items_sr", ())) == len(part.get("items_en", ())), (slug, part)
            assert ("text_sr" in part) == ("text_en" in part), (slug, part)


def test_families_find_questions_for_each_age_an_agreement_a_checklist_and_the_first_ten_minutes() -> None:
    for slug in ("razgovor-7-10", "razgovor-11-14", "razgovor-15-18"):
        [questions] = [part for part in SHEETS[slug] if part["kind"] == "steps"]
        for code in LANGUAGES:
            assert len(questions[f"items_{code}"]) == 10
            assert sentence_length(questions[f"items_{code}"]) <= 12
    assert {"porodicni-dogovor", "prvi-telefon-letak", "dete-mi-je-reklo"} <= set(SHEETS)
    for slug in ("porodicni-dogovor", "prvi-telefon-letak"):
        assert any(part["kind"] == "check" for part in SHEETS[slug])


def test_leaflets_on_disclosure_and_intimacy_need_approval_by_a_psychologist() -> None:
    """A note keeps a resource unpublished."""
    for slug in ("dete-mi-je-reklo", "razgovor-15-18"):
        for code, word in (("sr", "психолог"), ("en", "psychologist")):
            assert word in RESOURCES[slug][f"approval_note_{code}"]


def test_no_text_is_empty() -> None:
    files: list[Any] = [*ARTICLES.values(), *RESOURCES.values()]
    assert all(text.strip() for data in files for text in strings_in(data | {"checked_on": "-"}))
