"""Synonym groups as lexemes: a query with one expression also matches the others of its group."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.http import HttpRequest

from awareness.search.models import WRITTEN_LANGUAGES, SynonymGroup
from awareness.search.query_parser import folded_words
from clicksafely.common.page_cache.list_cache import CachedList

CONFIGURATIONS = {"sr": "pg_catalog.serbian", "en": "pg_catalog.english"}
# Maximum number of words of an expression; `Thesaurus.longest` is the longest present one.
MAX_EXPRESSION_LENGTH = 6
_ROW = re.compile(r"<(?:-|\d+)>")
# Texts with a single-letter stem are not added as synonyms, because the letter is also a word.
_LETTER = re.compile(r"'\w'")


@dataclass(frozen=True)
class Thesaurus:
    """The groups for one written language. `alike` maps each expression's tsquery text to those of its whole group.

    Synonyms of several words match their words in any position. A phrase match would make PostgreSQL recheck the text of every row, which
    takes ten times as long. `urgent` has the texts of urgent groups. `spelled` maps single words, folded, to their written form.
    """

    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    urgent: frozenset[str] = frozenset()
    longest: int = 1
    spelled: Mapping[str, str] = field(default_factory=dict)


def lexemes(language: str, phrases: Sequence[Sequence[str]]) -> list[str]:
    """Return the tsquery text of each phrase of folded words, such as 'drustven' <-> 'mrez'; empty for stop words. One query."""
    if not phrases:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT phraseto_tsquery(%s::regconfig, phrase)::text FROM unnest(%s) WITH ORDINALITY AS given(phrase, place) ORDER BY place",
            [CONFIGURATIONS[language], [" ".join(words) for words in phrases]],
        )
        return [text for (text,) in cursor.fetchall()]


def _read() -> list[Thesaurus]:
    groups = list(SynonymGroup.objects.all())
    expressions = [
        (group, folded_words(expression)[:MAX_EXPRESSION_LENGTH], expression)
        for group in groups
        for expression in group.expressions()
    ]
    return [_thesaurus(language, expressions) for language in WRITTEN_LANGUAGES]


def _thesaurus(language: str, expressions: Sequence[tuple[SynonymGroup, list[str], str]]) -> Thesaurus:
    texts = lexemes(language, [words for _group, words, _written in expressions])
    of_group: dict[int, list[str]] = {}
    for (group, _words, _written), text in zip(expressions, texts, strict=True):
        if text:
            of_group.setdefault(group.pk, []).append(text)
    alike: dict[str, tuple[str, ...]] = {}
    for members in of_group.values():
        others = [_ROW.sub("&", text) for text in members if not _LETTER.search(text)]
        for text in members:
            alike[text] = tuple(dict.fromkeys((*alike.get(text, ()), *others)))
    return Thesaurus(
        alike,
        frozenset(text for (group, *_rest), text in zip(expressions, texts, strict=True) if group.urgent and text),
        max((len(words) for _group, words, _written in expressions), default=1),
        {words[0]: written for _group, words, written in expressions if len(words) == 1},
    )


_cached_thesauri = CachedList(_read)


def cached_thesaurus(request: HttpRequest, language: str) -> Thesaurus:
    """Return the groups in the content generation of this request."""
    thesauri = _cached_thesauri.during(request)
    return thesauri[WRITTEN_LANGUAGES.index(language)] if thesauri else Thesaurus()
