"""The help panel for searches by a person in distress: the right lines, no spelling hint, no empty page."""

import re
from itertools import cycle

import pytest
from django.db import OperationalError, connection
from django.test import Client

from awareness.search.crisis.lexicon import Message, Situation, crisis_lexicon
from awareness.search.models import SearchEntry
from awareness.topics.models import HelpLine
from clicksafely.common.page_cache import content_version
from clicksafely.common.serbian.transliteration import to_latin
from tests.awareness.search.conftest import NOW
from tests.awareness.seed import HELP_LINES
from tests.clients.page_reader import PageReader

pytestmark = pytest.mark.usefixtures("corpus")

SITUATIONS = {situation.key: situation for situation in crisis_lexicon().situations}
PHONES = {line["slug"]: line["phone"] for line in HELP_LINES}
# One search for every situation or more: (typed, situation, whether it is about another person).
SEARCHES = [
    ("hoću da se ubijem", "self-harm", False),
    ("želim da umrem", "self-harm", False),
    ("i want to die", "self-harm", False),
    ("drugarica hoće da se ubije", "self-harm", True),
    ("my friend wants to die", "self-harm", True),
    ("moje dete se seče", "self-harm", True),
    ("tata me tuče", "violence", False),
    ("bije me otac", "violence", False),
    ("neko me je dodirivao", "sexual-abuse", False),
    ("prete da će objaviti slike", "extortion", False),
    ("he has my nudes", "extortion", False),
    ("pobegao sam od kuće", "running-away", False),
    ("dete mi je pobeglo od kuće", "missing-child", True),
    ("povraćam posle jela", "eating-disorder", False),
    ("predozirala sam se", "emergency", False),
    ("drugarica ne može da se probudi", "emergency", True),
    ("my friend took drugs and won't wake up", "emergency", True),
    ("zaključali su me u podrum", "captivity", False),
    ("neko me prati od škole", "followed", False),
    ("preti mi dečko iz škole", "threat", False),
    ("lik sa igrice hoće da se vidimo", "meeting", False),
    ("ćerka ide da se nađe sa nepoznatim", "meeting", True),
    ("poslala sam sliku i bojim se", "picture", False),
    ("trudna sam imam 14 godina", "pregnancy", False),
    ("mama me ostavila samu dva dana", "neglect", False),
    ("rugaju mi se u školi", "bullying", False),
    ("brat se drogira", "drugs", True),
    ("pomozite mi", "general", False),
    ("i need help", "general", False),
    ("bojim se i ne znam kome da kažem", "general", False),
]
HINTS = ("search-correction", "search-status", "facets", "empty-scene", "klik-", "search-next-step")


def page_of(client: Client, language: str, typed: str) -> tuple[str, PageReader]:
    response = client.get(f"/{language}/search/", {"q": typed})
    assert response.status_code == 200
    assert not response.cookies
    html = response.content.decode()
    return html, PageReader(html)


def phones(html: str) -> list[str]:
    """The lines of the panel, in order."""
    panel = html[html.index('id="search-help"') :].partition("</section>")[0]
    return re.findall(r'href="tel:(\+?\d+)"', panel)


def title_in(message: Message, language: str) -> str:
    title = message.title["en" if language == "en" else "sr"]
    return to_latin(title) if language == "sr-latn" else title


def test_help_comes_first_and_the_right_line_first_of_all(client: Client) -> None:
    for language, (typed, key, about_other) in zip(cycle(("sr", "sr-latn", "en")), SEARCHES, strict=False):
        shows_help(client, language, typed, SITUATIONS[key], about_other)


def shows_help(client: Client, language: str, typed: str, situation: Situation, about_other: bool) -> None:
    message = situation.for_other if about_other else situation.for_self
    html, page = page_of(client, language, typed)
    assert title_in(message, language) in page.text, typed
    assert phones(html) == [PHONES[slug] for slug in message.lines], typed
    assert [hint for hint in HINTS if hint in html] == [], typed
    # Only the heading comes before the panel.
    main = html[html.index("<main") :]
    assert main.index('id="search-help"') < main.index("<form")
    assert len(page.all("h1")) == 1
    assert page.all("a", **{"class": "quick-exit"})[0]["href"] == f"/{language}/report/leave/"
    assert page.all("a", **{"class": "btn btn-primary"})[0]["href"] == (
        f"/{language}/help/#{situation.section}" if situation.section else f"/{language}/help/"
    )
    # The typed text is in the search box, not in the title, which browsers keep in their history.
    assert page.all("input", id="q")[0]["value"] == typed
    assert typed not in html.partition("</title>")[0]


def test_abuse_and_blackmail_can_be_reported_from_there(client: Client) -> None:
    for typed, links in (
        ("ucenjuje me", ["/sr/report/?about=me"]),
        ("ćerku mi ucenjuju", ["/sr/report/"]),
        ("hoću da se ubijem", []),
    ):
        _html, page = page_of(client, "sr", typed)
        assert [link["href"] for link in page.all("a", **{"class": "btn btn-report"})] == links, typed


def test_a_line_that_editors_have_hidden_is_left_out_and_others_replace_the_last(client: Client) -> None:
    for left in ("116111", "19833"):
        HelpLine.objects.update(active=False)
        HelpLine.objects.filter(phone=left).update(active=True)
        content_version.bump()
        assert phones(page_of(client, "sr", "hoću da se ubijem")[0]) == [left]


def test_no_play_or_quiz_answers_a_person_in_distress(client: Client) -> None:
    for kind in ("game", "quiz", "article"):
        SearchEntry.objects.create(
            kind=kind, object_id=900, language="en", url_name="article", url_kwargs={"slug": f"of-{kind}"},
            title="I want to die, said the hedgehog", published_at=NOW, changed_at=NOW,
        )  # fmt: skip
    _html, page = page_of(client, "en", "i want to die")
    found = [link["href"] for link in page.all("a") if "/of-" in link["href"]]
    assert found == ["/en/news/of-article/"]


def test_a_subject_has_help_above_its_results_and_no_hint(client: Client) -> None:
    for typed in ("samoubistvo", "самоубиство код деце", "samoubistov"):
        html, _page = page_of(client, "sr", typed)
        main = html[html.index("<main") :]
        assert main.index('id="search-help"') < main.index("<form")
        hints = ("search-correction", "empty-scene", "klik-", "search-next-step")
        assert [hint for hint in hints if hint in html] == [], typed


def test_other_searches_stay_as_they_are(client: Client) -> None:
    for typed in ("лозинке", "tata me uči", "die hard"):
        html, _page = page_of(client, "sr", typed)
        assert 'id="search-help"' not in html
        assert "search-next-step" in html
        assert typed in html.partition("</title>")[0]


def test_help_is_there_while_the_database_is_not(client: Client) -> None:
    page_of(client, "sr", "лозинке")

    def fail(*_arguments: object) -> None:
        raise OperationalError("planted")

    with connection.execute_wrapper(fail):
        html, _page = page_of(client, "sr", "hoću da se ubijem")
    assert phones(html) == [PHONES[slug] for slug in SITUATIONS["self-harm"].for_self.lines]


def test_markup_in_a_search_stays_text(client: Client) -> None:
    html, _page = page_of(client, "en", '"><script>alert(1)</script> i want to die')
    assert "<script>alert" not in html
