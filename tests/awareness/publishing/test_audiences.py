"""The order of content for a reader, and pages that start with content for the reader in the address."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from awareness.games.models import Game
from awareness.library.licences import Licence
from awareness.library.models import Resource
from awareness.library.selectors import PAGE_SIZE
from awareness.news.models import Article
from awareness.publishing.audiences import Level, Reader, distance, readers_first, readers_of
from awareness.quizzes.models import Quiz
from awareness.topics.models import Topic
from awareness.topics.selectors import answers_for
from clicksafely.common.page_cache import content_version
from tests.clients.page_reader import PageReader
from tests.factories.games import DOCUMENTS, make_game, make_games

READERS = [Reader.YOUNGEST, Reader.MIDDLE, Reader.OLDEST, Reader.PARENTS, Reader.EDUCATORS]
PUBLISHED = datetime(2026, 3, 1, tzinfo=UTC)
SENSITIVE = {"csam", "sexting-blackmail", "self-harm"}


def read(client: Client, path: str) -> PageReader:
    response = client.get(path)
    assert response.status_code == 200, path
    return PageReader(response.content.decode())


def slugs(client: Client, path: str, below: str) -> list[str]:
    """The slugs of the records in a list, in its order. `klik` is a page, not a game."""
    found = [link["href"].partition("?")[0].split("/") for link in read(client, path).all("a")]
    return list(
        dict.fromkeys(
            parts[3] for parts in found if len(parts) == 5 and parts[2] == below and parts[3] not in {"", "klik"}
        )
    )


def test_content_for_the_reader_is_before_content_for_all_and_for_others() -> None:
    fits = {"others": ["parents"], "all": [], "all children": ["children"], "own": ["7-10"], "older": ["15-18"]}
    assert readers_first(fits, Reader.YOUNGEST, fits.__getitem__) == ["own", "all", "all children", "older", "others"]
    assert readers_first(fits, Reader.PARENTS, fits.__getitem__)[:2] == ["others", "all"]
    assert readers_first(fits, None, fits.__getitem__) == list(fits)


def test_content_for_other_readers_is_ordered_by_nearness() -> None:
    fits = {
        "teachers": ["educators"],
        "older": ["15-18"],
        "parents and older": ["parents", "15-18"],
        "middle": ["11-14"],
        "young": ["7-10"],
        "all": [],
        "middle too": ["11-14", "15-18"],
    }
    orders = {
        Reader.YOUNGEST: ["young", "all", "middle", "middle too", "older", "parents and older", "teachers"],
        Reader.MIDDLE: ["middle", "middle too", "all", "older", "parents and older", "young", "teachers"],
        Reader.OLDEST: ["older", "parents and older", "middle too", "all", "middle", "young", "teachers"],
        Reader.EDUCATORS: ["teachers", "all", "older", "parents and older", "middle", "young", "middle too"],
    }
    assert {reader: readers_first(fits, reader, fits.__getitem__) for reader in orders} == orders


@pytest.mark.parametrize(
    ("audiences", "ages", "readers"),
    [
        ([], [], ()),
        (["children"], [], ("children",)),
        (["children"], ["7-9"], ("7-10",)),
        (["children", "parents"], ["10-12"], ("7-10", "11-14", "parents")),
        (["educators"], ["7-9"], ("educators",)),
        (["children"], ["16-18"], ("15-18",)),
    ],
)
def test_ages_of_children_become_levels(audiences: list[str], ages: list[str], readers: tuple[str, ...]) -> None:
    assert readers_of(audiences, ages) == readers


FITS: dict[str, Callable[[str], Any]] = {
    "quizzes": lambda slug: [Quiz.objects.get(slug=slug).level],
    "games": lambda slug: [Game.objects.get(slug=slug).level],
    "resources": lambda slug: readers_of(*Resource.objects.values_list("audiences", "ages").get(slug=slug)),
    "topics": lambda slug: [each.audience for each in Topic.objects.get(slug=slug).answers.all()],
    "news": lambda slug: [each for each in [Article.objects.get(slug=slug).audience] if each],
}
AUDIENCES = ["", "children", "parents", "educators"]
AGES = [[], ["7-9"], ["10-12"], ["13-15"], ["16-18"]]


def publish(model: type[Any], slug: str, **values: Any) -> None:
    model.objects.create(
        slug=slug, title_sr=slug, title_en=slug, summary_sr=slug, summary_en=slug, published_at=PUBLISHED, **values
    )


@pytest.fixture
def content(db: None) -> None:
    """Games, resources and articles for each reader, and for all; quizzes and topics are those of every installation."""
    make_games()
    for number, level in enumerate(3 * Level.values):
        document = next(each for each in DOCUMENTS.values() if each["kind"] == "sort")
        make_game({**document, "slug": f"igra-{number}", "level": level})
    facts = {"kind": "worksheet", "language": "sr-Cyrl", "licence": Licence.BY}
    for number, (audience, ages) in enumerate(product(AUDIENCES, AGES)):
        publish(Resource, f"list-{number}", audiences=[audience] if audience else [], ages=ages, **facts)
    for number, audience in enumerate(2 * AUDIENCES):
        publish(Article, f"vest-{number}", audience=audience)
    content_version.bump()


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(("reader", "below"), list(zip(READERS, FITS, strict=True)))
def test_a_list_starts_with_content_for_the_reader(client: Client, reader: Reader, below: str) -> None:
    page_slugs = slugs(client, f"/en/{below}/?reader={reader}", below)
    if below in {"quizzes", "resources"}:
        page_slugs += slugs(client, f"/en/{below}/?reader={reader}&page=2", below)
    distances = [distance(FITS[below](slug), reader) for slug in page_slugs]
    assert distances == sorted(distances)
    assert len(page_slugs) > 6
    assert set(slugs(client, f"/en/{below}/?reader=unknown", below)) == set(slugs(client, f"/en/{below}/", below))


@pytest.mark.usefixtures("content")
def test_the_pages_of_the_library_have_each_resource_once(client: Client) -> None:
    now = timezone.now()
    resource_slugs: list[str] = []
    for page in range(1, -(-Resource.objects.visible(now).count() // PAGE_SIZE) + 1):
        resource_slugs += slugs(client, f"/en/resources/?reader=parents&page={page}", "resources")
    assert sorted(resource_slugs) == sorted(Resource.objects.visible(now).values_list("slug", flat=True))


@pytest.mark.django_db
def test_no_answer_for_an_older_child_is_shown_to_a_child_of_seven(client: Client) -> None:
    answers = answers_for(Reader.YOUNGEST, timezone.now())
    assert {answer.audience for answer in answers} == {"7-10"}
    assert not {answer.topic.slug for answer in answers} & SENSITIVE
    page = read(client, "/en/for-children/?reader=7-10")
    assert not {part["id"] for part in page.all("div") if "id" in part} & SENSITIVE
    assert {card["data-for"] for card in page.all("article")} == {"7-10"}
    assert not set(slugs(client, "/en/topics/?reader=7-10", "topics")) & SENSITIVE
    assert set(slugs(client, "/en/topics/", "topics")) & SENSITIVE
    for words in ("intimate+picture", "naked+pictures", "slike+seksualnog+zlostavljanja"):
        for language in ("en", "sr"):
            path = f"/{language}/search/?q={words}"
            assert not set(slugs(client, f"{path}&reader=7-10", "topics")) & SENSITIVE, path
    assert set(slugs(client, "/en/search/?q=intimate+picture", "topics")) & SENSITIVE


@pytest.mark.django_db
def test_the_children_page_starts_with_the_youngest_and_has_nothing_for_fifteen_and_older(client: Client) -> None:
    page = read(client, "/en/for-children/")
    assert "15-18" not in {card["data-for"] for card in page.all("article")}
    audiences = [answer.audience for answer in answers_for(Reader.CHILDREN, timezone.now())]
    assert audiences == sorted(audiences, key=["7-10", "11-14"].index)
    older = read(client, "/en/for-children/?reader=15-18")
    assert {card["data-for"] for card in older.all("article")} == {"15-18"}


@pytest.mark.usefixtures("content")
def test_news_of_the_home_page_start_with_those_for_the_reader(client: Client) -> None:
    news_slugs = [slugs(client, f"/en/?reader={reader}", "news") for reader in ("parents", "educators")]
    audiences = [[Article.objects.get(slug=slug).audience for slug in each] for each in news_slugs]
    assert audiences == [["parents", "parents", ""], ["educators", "educators", ""]]


@pytest.mark.usefixtures("content")
def test_the_home_page_has_the_newest_quiz_for_the_reader(client: Client) -> None:
    Quiz.objects.filter(level="15-18").update(published_at=timezone.now())
    content_version.bump()
    quizzes = Quiz.objects.visible(timezone.now()).order_by("-published_at", "-pk")
    for reader, level in (("", "7-10"), ("educators", "7-10"), ("parents", "parents"), ("11-14", "11-14")):
        newest = quizzes.filter(level=level).first()
        assert newest
        assert slugs(client, f"/en/?reader={reader}", "quizzes") == [newest.slug]


@pytest.mark.django_db
def test_links_choose_the_reader_and_keep_the_filters(client: Client) -> None:
    page = read(client, "/en/quizzes/?topic=phishing&page=2")
    paths = [link["href"] for link in page.all("a") if "data-reader" in link]
    assert paths == [f"/en/quizzes/?topic=phishing&reader={reader}" for reader in READERS]
    chosen = read(client, "/en/quizzes/?topic=phishing&reader=parents")
    assert [link["href"] for link in chosen.all("a", **{"aria-current": "true"}) if "data-reader" in link] == [
        "/en/quizzes/?topic=phishing"
    ]
    assert chosen.all("input", name="reader", value="parents")
