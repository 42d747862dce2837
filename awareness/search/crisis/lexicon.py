"""Loads and validates the crisis lexicon (lexicon.toml), whose header describes the format; its system check."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from clicksafely.common.checks import Problems, Rule

LEXICON: Final = Path(__file__).parent / "lexicon.toml"
_WORD: Final = re.compile(r"[a-z0-9]{1,24}\*?")
_LIST: Final = re.compile(r"<([a-z_]+)>")
_PHONE: Final = re.compile(r"\+?[0-9]{3,15}")
_TEXTS: Final = ("title_sr", "title_en", "text_sr", "text_en")
_KEYS: Final = frozenset({"key", "lines", "report", "topics", "subjects", "self", "other", "for_self", "for_other"})

# Consecutive words; each position lists the words accepted there.
Phrase = tuple[tuple[str, ...], ...]


class LexiconError(Exception):
    """An error in the lexicon file; `line` is the line of the entry, or 0."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")


@dataclass(frozen=True)
class Pattern:
    """Parts that must all occur within a few words; each part matches any of its phrases."""

    parts: tuple[tuple[Phrase, ...], ...]

    @property
    def length(self) -> int:
        """Number of words of the longest phrasing."""
        return sum(max(map(len, phrases)) for phrases in self.parts)


@dataclass(frozen=True)
class Message:
    """Texts of the panel, by written language ("sr" in Cyrillic, "en")."""

    title: Mapping[str, str]
    text: Mapping[str, str]


@dataclass(frozen=True)
class Category:
    """A kind of distress. `lines`: phone numbers, most important first; `topics`: slugs; `report`: whether to offer the report form."""

    key: str
    lines: tuple[str, ...]
    topics: tuple[str, ...]
    report: bool
    for_self: Message
    for_other: Message
    subjects: tuple[Phrase, ...]
    self_patterns: tuple[Pattern, ...]
    other_patterns: tuple[Pattern, ...]


@dataclass(frozen=True)
class Lexicon:
    """The parsed lexicon file."""

    categories: tuple[Category, ...]
    harmless: tuple[Phrase, ...]
    real_words: frozenset[str]
    joining_words: frozenset[str]
    first_person: tuple[Phrase, ...]


@cache
def crisis_lexicon() -> Lexicon:
    """The project's lexicon, read once for each process. Raises LexiconError."""
    return load_lexicon(LEXICON)


def load_lexicon(path: Path) -> Lexicon:
    """Parse a lexicon file. Raises LexiconError with the line of the invalid entry, or OSError."""
    text = path.read_text()
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise LexiconError(path, int(line[1]) if line else 0, f"invalid TOML: {error}") from error
    return _Reader(path, text, data).read()


class _Reader:
    """Parser of one file that tracks line numbers of entries."""

    def __init__(self, path: Path, text: str, data: dict[str, Any]) -> None:
        self.path = path
        self.text = text
        self.data = data
        self.place = 0
        self.lists: dict[str, tuple[Phrase, ...]] = {}

    def read(self) -> Lexicon:
        unknown = self.data.keys() - {"words", "harmless", "real_words", "joining_words", "categories"}
        if unknown:
            raise self.fault(f"{min(unknown)} =", f"unknown key {min(unknown)!r}")
        for name, words in self.typed(self.data, "words", dict).items():
            if not isinstance(words, str) or not words.split():
                raise self.fault(f"{name} =", f"the list {name!r} has no words")
            self.lists[name] = tuple(self.phrase(word) for word in words.split())
        if "first_person" not in self.lists:
            raise self.fault("[words]", "the list 'first_person' is missing")
        harmless = tuple(
            tuple(self.alternatives(entry, position) for position in entry.split())
            for entry in self.strings(self.data, "harmless")
        )
        lexicon = Lexicon(
            harmless=harmless,
            real_words=frozenset(self.words("real_words")),
            joining_words=frozenset(self.words("joining_words")),
            first_person=self.lists["first_person"],
            categories=tuple(map(self.category, self.typed(self.data, "categories", list))),
        )
        keys = [category.key for category in lexicon.categories]
        for key in keys:
            if keys.count(key) > 1:
                raise self.fault(f'"{key}"', f"two categories with the key {key!r}")
        return lexicon

    def category(self, entry: Any) -> Category:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str):
            raise self.fault("[[categories]]", "a category without a key")
        key = entry["key"]
        self.place = max(self.text.find(f'key = "{key}"'), 0)
        if unknown := entry.keys() - _KEYS:
            raise self.fault(f"{min(unknown)} =", f"{key}: unknown key {min(unknown)!r}")
        lines = tuple(self.strings(entry, "lines"))
        for line in lines:
            if not _PHONE.fullmatch(line):
                raise self.fault(f'"{line}"', f"{key}: {line!r} is not a phone number")
        if not lines:
            raise self.fault("lines =", f"{key}: no help line")
        for_self = self.message(entry, "for_self")
        return Category(
            key=key,
            lines=lines,
            topics=tuple(self.strings(entry, "topics")),
            report=self.typed(entry, "report", bool),
            for_self=for_self,
            for_other=self.message(entry, "for_other") if "for_other" in entry else for_self,
            subjects=tuple(self.phrase(subject) for subject in self.strings(entry, "subjects")),
            self_patterns=tuple(map(self.pattern, self.strings(entry, "self"))),
            other_patterns=tuple(map(self.pattern, self.strings(entry, "other"))),
        )

    def message(self, entry: dict[str, Any], name: str) -> Message:
        given = self.typed(entry, name, dict)
        for part in _TEXTS:
            if not isinstance(given.get(part), str) or not given[part].strip():
                raise self.fault(f"[categories.{name}]", f"{entry['key']}: {name} has no {part}")
        if unknown := given.keys() - set(_TEXTS):
            raise self.fault(f"{min(unknown)} =", f"{entry['key']}: {name} has an unknown key {min(unknown)!r}")
        return Message(
            title={"sr": given["title_sr"], "en": given["title_en"]},
            text={"sr": given["text_sr"], "en": given["text_en"]},
        )

    def pattern(self, entry: str) -> Pattern:
        if not entry.split():
            raise self.fault('""', "an empty pattern")
        return Pattern(tuple(self.part(entry, part) for part in entry.split()))

    def part(self, entry: str, part: str) -> tuple[Phrase, ...]:
        phrases: list[Phrase] = []
        for alternative in part.split("|"):
            named = _LIST.fullmatch(alternative)
            if named and named[1] not in self.lists:
                raise self.fault(entry, f"{entry!r}: there is no list {alternative}")
            phrases += self.lists[named[1]] if named else [self.phrase(alternative, entry)]
        return tuple(dict.fromkeys(phrases))

    def phrase(self, phrase: str, entry: str = "") -> Phrase:
        return tuple((self.word(word, entry or phrase),) for word in phrase.split("+"))

    def alternatives(self, entry: str, position: str) -> tuple[str, ...]:
        return tuple(self.word(word, entry) for word in position.split("|"))

    def word(self, word: str, entry: str) -> str:
        if not _WORD.fullmatch(word):
            raise self.fault(
                entry, f"{entry!r}: {word!r} is not a folded word of a to z, with an optional * at the end"
            )
        return word

    def words(self, name: str) -> Iterator[str]:
        for word in self.typed(self.data, name, str).split():
            if word.endswith("*"):
                raise self.fault(f"{name} =", f"{name}: {word!r} must be a whole word")
            yield self.word(word, word)

    def strings(self, data: dict[str, Any], name: str) -> Sequence[str]:
        given: list[str] = self.typed(data, name, list)
        for each in given:
            if not isinstance(each, str):
                raise self.fault(f"{name} =", f"{name}: {each!r} is not text")
        return given

    def typed(self, data: dict[str, Any], name: str, kind: type) -> Any:
        if not isinstance(data.get(name), kind):
            raise self.fault(f"{name} =", f"{name} is missing or not of type {kind.__name__}")
        return data[name]

    def fault(self, entry: str, message: str) -> LexiconError:
        place = max(self.text.find(entry, self.place), self.place)
        line = self.text.count("\n", 0, place) + 1
        return LexiconError(self.path, line, message)


def _problems() -> Problems:
    try:
        load_lexicon(LEXICON)
    except (LexiconError, OSError) as error:
        yield f"The crisis lexicon cannot be read: {error}."


RULES: Final = (
    Rule(id="search.E101", problems=_problems, hint="Correct the entry, or restore the file of the release."),
)
