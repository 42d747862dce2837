"""Factories of small games of every kind, as documents and as stored games."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from awareness.games.import_export.validation import document_problems
from awareness.games.models import Game
from awareness.games.services import import_game
from awareness.topics.models import Topic
from clicksafely.accounts.models import User
from clicksafely.common import search_registry as documents

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
TOPICS = ["cyberbullying", "phishing"]


def both(sr: str, en: str) -> dict[str, str]:
    return {"sr": sr, "en": en}


def document(kind: str, slug: str, **more: Any) -> dict[str, Any]:
    return {
        "format": "clicksafely-game",
        "version": 1,
        "slug": slug,
        "kind": kind,
        "level": "11-14",
        "minutes": 5,
        "topics": ["phishing"],
        "title": both(f"Игра {slug}", f"Game {slug}"),
        "summary": both("Укратко о игри.", "The game in short."),
        "closing": both("Понеси ово.", "Carry this."),
        "sources": [{"title": "Приручник", "url": "https://example.org/guide"}, {"title": "Књига", "url": ""}],
        "next": [
            {"kind": "topic", "slug": "phishing"},
            {"kind": "quiz", "slug": "not-there"},
            {"kind": "report", "slug": "cyberbullying"},
            {"kind": "help", "slug": ""},
        ],
        **more,
    }


def choice(to: str, effects: dict[str, int] | None = None, why: dict[str, str] | None = None) -> dict[str, Any]:
    return {"text": both(f"Иди: {to}", f"Go to {to}"), "to": to, "why": why, "effects": effects or {}}


def scene(
    key: str, *choices: dict[str, Any], speaker: str = "", ending: str = "", mood: str = "calm"
) -> dict[str, Any]:
    return {
        "key": key,
        "speaker": speaker,
        "mood": mood,
        "title": both(f"Сцена {key}", f"Scene {key}"),
        "text": both(f"Овде је {key}.\n\nДруги пасус.", f"Here is {key}.\n\nSecond paragraph."),
        "choices": list(choices),
        "ending": ending,
    }


def card(number: int, where: str) -> dict[str, Any]:
    return {
        "text": both(f"Картица {number}", f"Card {number}"),
        "bin": where,
        "why": both(f"Зато {number}.", f"Because {number}."),
    }


def part(role: str, text: str, clue: bool) -> dict[str, Any]:
    return {
        "role": role,
        "text": both(f"Део {text}", f"Part {text}"),
        "clue": clue,
        "why": both(f"Разлог {text}.", f"Reason {text}."),
    }


def option(key: str, shows: list[str], safe: bool) -> dict[str, Any]:
    return {
        "key": key,
        "text": both(f"Опција {key}", f"Option {key}"),
        "shows": shows,
        "safe": safe,
        "why": both(f"Јер {key}.", f"Since {key}."),
    }


def pair(word: str, why: bool = False) -> dict[str, Any]:
    return {
        "word": both(f"Реч {word}", f"Word {word}"),
        "meaning": both(f"Значење {word}", f"Meaning {word}"),
        "why": both("И још.", "And more.") if why else None,
    }


STORY = document(
    "story",
    "made-story",
    topics=["cyberbullying", "phishing"],
    meters=[{"key": "trust", "name": both("Поверење", "Trust"), "start": 9},
        {"key": "safety", "name": both("Сигурност", "Safety"), "start": 1}],
    characters=[{"key": "ana", "name": both("Ана", "Ana"), "look": "girl"}, {"key": "klik", "name": both("Клик", "Klik"), "look": "klik"}],
    scenes=[
        scene("start", choice("tell", {"trust": 3, "safety": 1}, both("Рекао си.", "You told.")),
            choice("wait", {"safety": -3}), speaker="ana", mood="sad"),
        scene("wait", choice("start"), choice("alone"), mood="worried", speaker="klik"),
        scene("tell", choice("good-end"), speaker="ana", mood="happy"),
        scene("alone", ending="hard", mood="sad"),
        scene("good-end", ending="good", mood="happy", speaker="ana"),
    ],
)  # fmt: skip
SORT = document(
    "sort",
    "made-sort",
    bins=[{"key": key, "name": both(sr, en)} for key, sr,
        en in (("share", "Дели", "Share"), ("ask", "Питај", "Ask"), ("never", "Никад", "Never"))],
    cards=[card(1, "share"), card(2, "never"), card(3, "ask")],
)  # fmt: skip
PAIRS = document("pairs", "made-pairs", pairs=[pair(letter, letter == "b") for letter in "abcdefgh"])
SPOT = document(
    "spot",
    "made-spot",
    scenes=[
        {"frame": "profile", "title": both("Профил", "Profile"),
            "parts": [part("name", "n", False), part("photo", "p", True), part("counter", "c", True)]},
        {"frame": "shop", "title": both("Продавница", "Shop"), "parts": [part("price", "x", True), part("review", "r", False)]},
    ],
)  # fmt: skip
LOCK = document(
    "lock",
    "made-lock",
    viewers=[{"key": key, "name": both(sr, en)} for key, sr, en in (("friends", "Пријатељи", "Friends"), ("everyone", "Сви", "Everyone"))],
    settings=[
        {"key": key, "label": both(f"Подешавање {key}", f"Setting {key}"), "question": both("Ко види?", "Who sees?"),
            "seen": both(f"ствар {key}", f"thing {key}"),
         "options": [option("a", ["friends"], True), option("b", ["friends", "everyone"], False)]}
        for key in ("profile", "photos")
    ],
)  # fmt: skip
PATH = document(
    "path",
    "made-path",
    crossings=[
        {
            "title": both(f"Раскрсница {n}", f"Crossing {n}"),
            "text": both("Куда?", "Which way?"),
            "ways": [
                {
                    "text": both("Лево", "Left"),
                    "safe": n == "x",
                    "why": both("Због леве.", "Because of left."),
                },
                {
                    "text": both("Десно", "Right"),
                    "safe": n == "y",
                    "why": both("Због десне.", "Because of right."),
                },
            ],
        }
        for n in ("x", "y")
    ],
)
DOCUMENTS = {game_document["kind"]: game_document for game_document in (STORY, SORT, PAIRS, SPOT, LOCK, PATH)}


def games_writer() -> User:
    """Return a staff user who saves games."""
    return User.objects.get_or_create(username="writer", is_staff=True)[0]


def make_games() -> dict[str, Game]:
    """Create a published game of every kind, by kind."""
    return {kind: make_game(game_document) for kind, game_document in DOCUMENTS.items()}


def make_game(game_document: dict[str, Any], *, published: bool = True, **fields: Any) -> Game:
    """Import a document as a public game, and set `fields` on it."""
    game_document = deepcopy(game_document)
    assert document_problems(game_document, set(Topic.objects.values_list("slug", flat=True))) == []
    game = import_game(document=game_document, actor=games_writer(), now=timezone.now())
    Game.objects.filter(pk=game.pk).update(published_at=SINCE if published else None, **fields)
    game.refresh_from_db()
    documents.notify_changed(game)
    return game
