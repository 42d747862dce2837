"""The crisis lexicon: words.yaml and a file for each situation, whose headers describe the format; its system check."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from awareness.search.crisis.inflection import VerbForms, english_verb, serbian_noun, serbian_verb
from awareness.search.crisis.likeness import example_model
from clicksafely.common.checks import Problems, Rule
from clicksafely.common.content.files import ContentError, Document, Place, read_document
from clicksafely.common.content.schema import content_files, read_checked

WORDS: Final = Path(__file__).parent / "words.yaml"
SITUATIONS: Final = Path(__file__).parent / "situations"
LANGUAGES: Final = ("sr", "en")
_WORD: Final = re.compile(r"[a-z0-9]{1,24}\*?|[\^$]")
_LIST: Final = re.compile(r"<([a-z_]+)(?:\.(1|3|past|object))?>")

# Consecutive words; each position lists the words accepted there.
Phrase = tuple[tuple[str, ...], ...]


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
    """Texts of the panel, by written language ("sr" in Cyrillic, "en"). `lines`: slugs of help lines, most important first."""

    title: Mapping[str, str]
    text: Mapping[str, str]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Situation:
    """A kind of distress. `topics`: slugs; `report`: whether to offer the report form; `section`: of the help page, or empty.

    Patterns are by written language.
    """

    key: str
    section: str
    topics: tuple[str, ...]
    report: bool
    for_self: Message
    for_other: Message
    subjects: tuple[Phrase, ...]
    self_patterns: Mapping[str, tuple[Pattern, ...]]
    other_patterns: Mapping[str, tuple[Pattern, ...]]
    unless: tuple[Phrase, ...]


@dataclass(frozen=True)
class Lexicon:
    """The parsed files. Situations are in order of precedence."""

    situations: tuple[Situation, ...]
    harmless: tuple[Phrase, ...]
    real_words: frozenset[str]
    joining_words: frozenset[str]
    first_person: tuple[Phrase, ...]
    no_subject: tuple[Phrase, ...]


@cache
def crisis_lexicon() -> Lexicon:
    """Return the project's lexicon, read once for each process. Raises ContentError."""
    return load_lexicon(read_document(WORDS), [read_document(path) for path in content_files(SITUATIONS)])


def load_lexicon(words: Document, situations: Iterable[Document]) -> Lexicon:
    """Parse documents that match their schemas. Raises ContentError with the line of the invalid entry."""
    vocabulary = _Vocabulary(words)
    return Lexicon(
        situations=tuple(_SituationReader(document, vocabulary).read() for document in situations),
        harmless=tuple(
            tuple(tuple(vocabulary.words_of(words, position.split("|"), place)) for position in entry.split())
            for place, entry in _entries(words, ("harmless",))
        ),
        real_words=frozenset(words.data["real_words"].split()),
        joining_words=frozenset(words.data["joining_words"].split()),
        first_person=vocabulary.lists["first_person"],
        no_subject=vocabulary.lists["lesson"],
    )


def _entries(document: Document, place: Place) -> Iterator[tuple[Place, str]]:
    entries: Any = document.data
    for step in place:
        entries = entries.get(step, ())
    for number, entry in enumerate(entries):
        yield (*place, number), entry


def _fault(document: Document, place: Place, message: str) -> ContentError:
    return ContentError([document.problem(place, message)])


class _Vocabulary:
    """The lists of words.yaml, with derived forms. `forms`: by list and `1`, `3`, `past` or `object`."""

    def __init__(self, document: Document) -> None:
        self.lists: dict[str, tuple[Phrase, ...]] = {}
        self.forms: dict[tuple[str, str], tuple[Phrase, ...]] = {}
        self._read_verbs(document, "serbian_verbs", serbian_verb)
        self._read_verbs(document, "english_verbs", english_verb)
        for name in document.data["serbian_nouns"]:
            place = ("serbian_nouns", name)
            nouns = [self._derived(document, at, serbian_noun, entry) for at, entry in _entries(document, place)]
            self._add(document, place, (form for noun in nouns for form in noun.all))
            objects = (form for noun in nouns for form in noun.object)
            self.forms[name, "object"] = tuple(self.phrases(document, objects, place))
        for name, words in document.data["lists"].items():
            self._add(document, ("lists", name), words.split())

    def _read_verbs(self, document: Document, section: str, derive: Callable[[str], VerbForms]) -> None:
        for name in document.data[section]:
            place = (section, name)
            verbs = [self._derived(document, at, derive, entry) for at, entry in _entries(document, place)]
            self._add(document, place, (form for verb in verbs for form in verb.all))
            for form, field in (("1", "first"), ("3", "third"), ("past", "past")):
                words = (word for verb in verbs for word in getattr(verb, field))
                self.forms[name, form] = tuple(self.phrases(document, words, place))

    @staticmethod
    def _derived[Forms](document: Document, place: Place, derive: Callable[[str], Forms], entry: str) -> Forms:
        try:
            return derive(entry)
        except (ValueError, StopIteration) as error:
            raise _fault(document, place, str(error) or f"{entry!r} cannot be inflected") from error

    def _add(self, document: Document, place: Place, words: Iterable[str]) -> None:
        name = str(place[-1])
        if name in self.lists:
            raise _fault(document, place, f"two lists with the name {name!r}")
        self.lists[name] = tuple(self.phrases(document, words, place))

    def phrases(
        self, document: Document, alternatives: Iterable[str], place: Place, person: str = ""
    ) -> Iterator[Phrase]:
        """Phrases of alternatives: words joined with +, or names of lists. `person` selects forms of verbs without one."""
        found = dict[Phrase, None]()
        for alternative in alternatives:
            named = _LIST.fullmatch(alternative)
            if not named:
                words = self.words_of(document, alternative.split("+"), place)
                found[tuple((word,) for word in words)] = None
                continue
            name, of_person = named[1], named[2] or person
            phrases = self.forms.get((name, of_person)) or (None if named[2] else self.lists.get(name))
            if phrases is None:
                raise _fault(document, place, f"there is no list {alternative}")
            found |= dict.fromkeys(phrases)
        yield from found

    @staticmethod
    def words_of(document: Document, words: Sequence[str], place: Place) -> Iterator[str]:
        """Yield the words. Raises ContentError if one is not folded."""
        for word in words:
            if not _WORD.fullmatch(word):
                raise _fault(document, place, f"{word!r} is not a folded word of a to z, with an optional * at the end")
            yield word


class _SituationReader:
    def __init__(self, document: Document, vocabulary: _Vocabulary) -> None:
        self.document = document
        self.vocabulary = vocabulary

    def read(self) -> Situation:
        data = self.document.data
        for_self = self.message("for_self")
        patterns = {language: (list[Pattern](), list[Pattern]()) for language in LANGUAGES}
        for language, (of_self, of_other) in patterns.items():
            me, someone = f"<{language}_me>", f"<{language}_person>"
            of_self += self.patterns(language, "self")
            of_other += self.patterns(language, "other")
            # In Serbian the form of the verb names the person, in English the pronoun.
            of_self += self.patterns(language, "does", "1", "<en_i>" if language == "en" else "")
            of_other += self.patterns(language, "does", "3", someone)
            of_self += self.patterns(language, "suffers", "3", me)
            of_other += self.patterns(language, "suffers", "3", f"<{language}_object>")
        return Situation(
            key=self.document.path.stem.partition("-")[2],
            section=data.get("section", ""),
            topics=tuple(data["topics"]),
            report=data["report"],
            for_self=for_self,
            for_other=self.message("for_other") if "for_other" in data else for_self,
            subjects=tuple(
                phrase
                for place, entry in _entries(self.document, ("subjects",))
                for phrase in self.vocabulary.phrases(self.document, [entry], place)
            ),
            self_patterns={language: tuple(of_self) for language, (of_self, _of_other) in patterns.items()},
            other_patterns={language: tuple(of_other) for language, (_of_self, of_other) in patterns.items()},
            unless=tuple(self.vocabulary.phrases(self.document, data.get("unless", "").split(), ("unless",))),
        )

    def message(self, name: str) -> Message:
        texts = self.document.data[name]
        return Message(
            title={language: texts[f"title_{language}"] for language in LANGUAGES},
            text={language: texts[f"text_{language}"] for language in LANGUAGES},
            lines=tuple(texts.get("lines", self.document.data["lines"])),
        )

    def patterns(self, language: str, role: str, person: str = "", with_part: str = "") -> Iterator[Pattern]:
        for place, entry in _entries(self.document, (language, role)):
            parts = [*entry.split(), *with_part.split()]
            yield Pattern(
                tuple(tuple(self.vocabulary.phrases(self.document, part.split("|"), place, person)) for part in parts)
            )


def _problems() -> Problems:
    try:
        [words] = read_checked([WORDS])
        load_lexicon(words, read_checked(content_files(SITUATIONS)))
    except (ContentError, OSError) as error:
        yield f"The crisis lexicon cannot be read: {error}."


def _model_problems() -> Problems:
    try:
        example_model().likeness(["pomoc"])
    except (KeyError, OSError, ValueError) as error:
        yield f"The weights learned from the examples of cries cannot be read: {error}."


RULES: Final = (
    Rule(id="search.E101", problems=_problems, hint="Correct the entry, or restore the file of the release."),
    Rule(
        id="search.E102", problems=_model_problems, hint="Run bin/train_crisis.py, or restore the file of the release."
    ),
)
