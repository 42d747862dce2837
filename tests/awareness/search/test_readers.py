"""Searches of the youngest reader: no topics, games and quizzes for older readers in results, counts and pages."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client

from awareness.games.models import Game
from awareness.publishing.audiences import Level, QuizLevel, Reader
from awareness.quizzes.models import Quiz
from awareness.search.models import SearchEntry
from awareness.topics.models import Topic, TopicAnswer
from clicksafely.common import search_registry as documents
from tests.awareness.search.conftest import NOW
from tests.clients.page_reader import PageReader

pytestmark = pytest.mark.usefixtures("entries_of_readers")

# Above the numbers of the corpus.
FIRST = 1_000
# Entries of each list: topics for older children, the newest; topics for the youngest; articles.
EACH = 9


def entry(kind: str, number: int) -> SearchEntry:
    return SearchEntry(
        kind=kind,
        object_id=number,
        language="sr",
        url_name=kind,
        url_kwargs={"slug": f"{kind}-{number}"},
        title="Заврзлама",
        published_at=NOW - timedelta(days=number),
        changed_at=NOW,
    )


@pytest.fixture
def entries_of_readers(corpus: None) -> None:
    for number in range(FIRST, FIRST + 2 * EACH):
        topic = Topic.objects.create(
            pk=number, slug=f"topic-{number}", title_sr="Тема", summary_sr="Укратко.", published_at=NOW
        )
        audience = Reader.OLDEST if number < FIRST + EACH else Reader.YOUNGEST
        TopicAnswer.objects.create(topic=topic, audience=audience, title_sr="Одговор", lead_sr="Важно", body_sr="Текст")
    SearchEntry.objects.bulk_create(
        [
            *(entry("topic", number) for number in range(FIRST, FIRST + 2 * EACH)),
            *(entry("article", number) for number in range(FIRST + 2 * EACH, FIRST + 3 * EACH)),
        ]
    )


def search_all(client: Client, **params: object) -> tuple[dict[str, int], list[int], list[str]]:
    """The counts of all kinds and of each, the number of results on each page, and the links of the results."""
    sizes: list[int] = []
    links: list[str] = []
    counts: dict[str, int] = {}
    page = 1
    while True:
        html = client.get("/sr/search/", {**params, "page": page}).content.decode()
        reader = PageReader(html)
        found = [link["href"] for link in reader.all("a") if re.match(r"/sr/(topics|news)/.", link["href"])]
        sizes.append(len(found))
        links += found
        counts = {
            label.strip(): int(count)
            for label, count in re.findall(r'>([^<>]+) <span class="facet-count">(\d+)</span>', html)
        }
        if not reader.all("a", rel="next"):
            return counts, sizes, links
        page += 1


@pytest.mark.parametrize("typed", ["zavrzlama", "zavrzlama nepostojeće"])
def test_counts_pages_and_results_of_the_youngest_agree(client: Client, typed: str) -> None:
    counts, sizes, links = search_all(client, q=typed, reader="7-10")
    assert counts == {"Све": 2 * EACH, "Теме": EACH, "Вести": EACH}
    assert sizes == [10, 8]
    assert Counter(link.split("/")[2] for link in links) == {"topics": EACH, "news": EACH}
    assert len(set(links)) == len(links)
    assert not {f"/sr/topics/topic-{number}/" for number in range(FIRST, FIRST + EACH)} & set(links)


def test_help_for_the_youngest_has_results_for_the_youngest(client: Client) -> None:
    SearchEntry.objects.filter(object_id__gte=FIRST).update(title="Бије ме отац")
    html = client.get("/sr/search/", {"q": "bije me otac", "reader": "7-10"}).content.decode()
    links = [link["href"] for link in PageReader(html).all("a") if re.match(r"/sr/(topics|news)/.", link["href"])]
    assert links == [f"/sr/topics/topic-{number}/" for number in range(FIRST + EACH, FIRST + EACH + 5)]


@pytest.fixture
def plays(corpus: None) -> int:
    """A game and a quiz of each level, found by one word. Return their number."""
    for kind in ("game", "quiz"):
        documents.register_searchable(
            documents.SearchableModel(kind=kind, label=kind, model=type(kind, (), {}), read=lambda record: None)
        )  # type: ignore[arg-type,return-value]
    names = {"published_at": NOW, "title_sr": "Игра", "summary_sr": "Укратко."}
    games = [
        Game(pk=FIRST + number, slug=f"game-{level}", level=level, kind="sort", **names)
        for number, level in enumerate(Level)
    ]
    quizzes = [
        Quiz(pk=FIRST + number, slug=f"quiz-{level}", level=level, **names) for number, level in enumerate(QuizLevel)
    ]
    for record in (*games, *quizzes):
        record.save()
        found = entry(str(record._meta.model_name), record.pk)
        found.title, found.url_kwargs, found.published_at = "Бућкуриш", {"slug": record.slug}, NOW
        found.save()
    return len(games) + len(quizzes)


def test_games_and_quizzes_for_the_oldest_and_for_adults_are_left_out_for_the_youngest(
    client: Client, plays: int
) -> None:
    def found(**params: str) -> set[str]:
        page = PageReader(client.get("/sr/search/", {"q": "бућкуриш", **params}).content.decode())
        links = [link["href"] for link in page.all("a") if re.match(r"/sr/(games|quizzes)/(game|quiz)-", link["href"])]
        return {link.split("/")[3] for link in links}

    young = {f"{kind}-{level}" for kind in ("game", "quiz") for level in (Level.YOUNGEST, Level.MIDDLE)}
    assert found(reader="7-10") == young
    for reader in ("", "11-14", "educators"):
        assert len(found(reader=reader)) == plays
    html = client.get("/sr/search/", {"q": "бућкуриш", "reader": "7-10"}).content.decode()
    assert re.findall(r'class="facet-count">(\d+)<', html) == ["4", "2", "2"]
