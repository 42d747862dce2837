"""Looking at the pages of games as a browser without scripts does, and knowing all answers."""

from urllib.parse import urlsplit

from django.test import Client

from awareness.games.enums import GameKind
from awareness.games.mappers import StoredParts, read_pairs
from awareness.games.models import Game
from awareness.games.rules.cards import shuffle_meanings
from tests.awareness.reader import PageReader


def html(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    assert not response.cookies
    source: str = response.content.decode()
    assert "{{" not in source
    assert "{%" not in source
    return source


def read(client: Client, path: str) -> PageReader:
    return PageReader(html(client, path))


def links(page: PageReader) -> list[str]:
    return [link["href"] for link in page.all("a") if "href" in link]


def right_answers(game: Game) -> dict[str, list[str]]:
    """What somebody sends who knows everything, read from what is stored."""
    parts = StoredParts(game)
    match GameKind(game.kind):
        case GameKind.SORT:
            return {f"card-{place}": [card.bin] for place, card in enumerate(parts["cards"], 1)}
        case GameKind.PAIRS:
            return {f"word-{meaning.of}": [str(meaning.place)] for meaning in shuffle_meanings(read_pairs(parts))}
        case GameKind.SPOT:
            return {
                f"mock-{place}": [
                    str(number)
                    for number, part in enumerate((p for p in parts["mock_parts"] if p.mock == mock.key), 1)
                    if part.clue
                ]
                for place, mock in enumerate(parts["mocks"], 1)
            }
        case _:
            safe = {option.setting: option.key for option in parts["options"] if option.safe}
            return {f"setting-{place}": [safe[each.key]] for place, each in enumerate(parts["privacy_settings"], 1)}


def form_fields(page: PageReader) -> dict[str, set[str]]:
    """The fields of the form on a page with the values that they can take."""
    found: dict[str, set[str]] = {}
    name = ""
    for tag, attributes in page.elements:
        if tag == "select":
            name = attributes["name"]
        elif tag == "option":
            found.setdefault(name, set()).add(attributes["value"])
        elif tag == "input" and attributes.get("name", "q") != "q":
            found.setdefault(attributes["name"], set()).add(attributes["value"])
    return found


def endings_by_links(client: Client, path: str) -> set[str]:
    """The keys of the endings that are found by following the links of a story; each scene is looked at once on the shortest way."""
    waiting, seen, found = [read(client, path)], set(), set()
    while waiting:
        for link in [link["href"] for link in waiting.pop(0).all("a") if "data-go" in link]:
            key = urlsplit(link).path.rstrip("/").rsplit("/", 1)[1]
            if key in seen:
                continue
            seen.add(key)
            page = read(client, link)
            if page.all("section", **{"class": "story-again wash-sky"}):
                found.add(key)
            else:
                waiting.append(page)
    return found
