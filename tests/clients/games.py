"""Helpers that visit game pages as a browser without scripts, and return the right answers."""

from urllib.parse import urlsplit

from django.test import Client

from awareness.games.kinds.base import read_deal
from awareness.games.kinds.pairs import read_pairs, shuffle_meanings
from awareness.games.models import Game
from tests.clients.page_reader import PageReader


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
    """Return the right answers of the first round of a stored game, in the stored order, as form data."""
    content = game.content_in("sr")
    first = {
        name: [row for row in rows if row.get("round", 1) == min(each.get("round", 1) for each in rows)]
        for name, rows in content.items()
    }
    match game.kind:
        case "sort":
            return {f"card-{place}": [card["bin"]] for place, card in enumerate(first["cards"], 1)}
        case "pairs":
            pairs = read_pairs(content)
            deal = read_deal(pairs, {})
            return {f"word-{each.of}": [str(each.place)] for each in shuffle_meanings(deal.pick(pairs), deal)}
        case "spot":
            return {
                f"mock-{place}": [str(number) for number, part in enumerate(mock["parts"], 1) if part["clue"]]
                for place, mock in enumerate(first["scenes"], 1)
            }
        case "lock":
            return {
                f"setting-{place}": [next(option["key"] for option in reversed(each["options"]) if option["safe"])]
                for place, each in enumerate(first["settings"], 1)
            }
        case kind:
            raise LookupError(f"tests/clients/games.py: right_answers has no {kind}")


def form_fields(page: PageReader) -> dict[str, set[str]]:
    """Return the form fields of a page with their possible values."""
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
    """Return the keys of the endings reachable through links. Each scene is visited once."""
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
