"""Articles, guides and leaflets of every installation: length, sentences, both languages, and what an editor must check first."""

from typing import Final

import pytest

from awareness.topics.content import LANGUAGES, SEED
from clicksafely.common.content.schema import content_files, read_checked

pytestmark = pytest.mark.texts

ARTICLES: Final = {d.data["slug"]: d.data for d in read_checked(content_files(SEED / "news"))}
RESOURCES: Final = {d.data["slug"]: d.data for d in read_checked(content_files(SEED / "library"))}
GUIDES: Final = {slug: data for slug, data in RESOURCES.items() if data["kind"] == "guide"}
SHEETS: Final = {slug: data["sheet"]["parts"] for slug, data in RESOURCES.items() if "sheet" in data}


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def shape(text: str) -> list[str]:
    return [line[:3] if line.startswith("#") else line[:1] if line.startswith("-") else "" for line in lines(text)]


def test_both_languages_of_an_article_and_of_a_guide_have_the_same_parts() -> None:
    texts = [block for article in ARTICLES.values() for block in article["blocks"]]
    for pair in (*((text["text_sr"], text["text_en"]) for text in texts), *_descriptions()):
        assert shape(pair[0]) == shape(pair[1]), pair[1]


def _descriptions() -> list[tuple[str, str]]:
    return [(data["description_sr"], data["description_en"]) for data in GUIDES.values()]


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


def test_leaflets_on_disclosure_and_intimacy_need_approval_by_a_psychologist() -> None:
    """A note keeps a resource unpublished."""
    for slug in ("dete-mi-je-reklo", "razgovor-15-18"):
        for code, word in (("sr", "психолог"), ("en", "psychologist")):
            assert word in RESOURCES[slug][f"approval_note_{code}"]
