"""Maintains the search index: updates in the transaction that saves or deletes a record, and full rebuilds."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from awareness.pages.static_pages import PAGE, page_documents
from awareness.search.models import WRITTEN_LANGUAGES, SearchEntry
from clicksafely.common.page_cache import content_version
from clicksafely.common.search_registry import SearchableModel, SearchDocument, searchable_for, searchable_models

# Records indexed in one transaction.
BATCH = 200
MAX_TEXT_LENGTH = 100_000  # characters of a column
# Pages that are templates have numbers above those of the fixed pages, which have rows.
FIRST_STATIC_PAGE = 1_000_000
STATIC_PAGES = Q(kind=PAGE, object_id__gte=FIRST_STATIC_PAGE)

# Words as written, of letters and digits only; one form of each folded word.
_WORDS = """
    INSERT INTO search_searchword (language, folded, shown)
    SELECT DISTINCT ON (language, folded) language, folded, shown FROM (
        SELECT entry.language, clicksafely_fold(word) AS folded, word AS shown
        FROM search_searchentry entry,
             regexp_split_to_table(
                 concat_ws(' ', entry.title, entry.keywords, entry.summary),
                 '[\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00bf\\u2000-\\u206f\\u3000-\\u303f]+'
             ) AS word
        WHERE (%(all)s OR entry.id = ANY(%(entries)s))
    ) spelled
    WHERE length(folded) BETWEEN 3 AND 40 AND length(shown) <= 80 AND folded ~ '[a-z]'
    ORDER BY language, folded, shown
    ON CONFLICT (language, folded) DO NOTHING
"""

Progress = Callable[[str, int, int], None]


def index_record(record: models.Model, stays: bool) -> None:
    """Index a saved record (`stays`) or remove a record about to be deleted, in the current transaction."""
    findable = searchable_for(record)
    if findable is None:
        return
    with transaction.atomic():
        SearchEntry.objects.filter(kind=findable.kind, object_id=record.pk).delete()
        if stays:
            learn_words(SearchEntry.objects.bulk_create(_entries(findable, record)))


def reindex(*, missing: bool = False, progress: Progress = lambda kind, done, total: None) -> None:
    """Rebuild the index in batches while it is being searched; with `missing`, only missing and outdated records.

    `progress(kind, done, total)` is called after every batch. Idempotent.
    """
    findables = searchable_models()
    SearchEntry.objects.exclude(kind__in=[PAGE, *(findable.kind for findable in findables)]).delete()
    _index_pages()
    for findable in findables:
        _reindex_kind(findable, missing, progress)
    if not missing:
        learn_all_words()
    content_version.bump()


def _reindex_kind(findable: SearchableModel, missing: bool, progress: Progress) -> None:
    records: QuerySet[Any] = findable.records(findable.model).order_by("pk")
    stored = SearchEntry.objects.filter(kind=findable.kind).exclude(STATIC_PAGES)
    # Entries of records that were deleted or are drafts again.
    stored.exclude(object_id__in=records.order_by().values("pk")).delete()
    if missing:
        records = records.exclude(
            Exists(stored.filter(object_id=OuterRef("pk"), changed_at__gte=OuterRef("changed_at")))
        )
    total, done, last = records.count(), 0, 0
    while True:
        # Row locks prevent saves between reading and indexing. Only one batch is kept in memory.
        with transaction.atomic():
            batch = list(records.select_for_update(of=("self",)).filter(pk__gt=last)[:BATCH])
            if not batch:
                return
            stored.filter(object_id__in=[record.pk for record in batch]).delete()
            entries = SearchEntry.objects.bulk_create(entry for record in batch for entry in _entries(findable, record))
            if missing:
                learn_words(entries)
        last, done = batch[-1].pk, done + len(batch)
        progress(findable.kind, done, total)


def _entries(findable: SearchableModel, record: Any) -> Iterator[SearchEntry]:
    """Yield the entries of a record; none for a draft."""
    published_at, withdrawn_at, changed_at = findable.times(record)
    if published_at is None:
        return
    document = findable.read(record)
    for entry in _of_document(document):
        entry.kind, entry.object_id = findable.kind, record.pk
        entry.published_at, entry.withdrawn_at, entry.changed_at = published_at, withdrawn_at, changed_at
        yield entry


def _of_document(document: SearchDocument) -> Iterator[SearchEntry]:
    for language in WRITTEN_LANGUAGES:
        words = document.words.get(language)
        if words is not None and words.title.strip():
            yield SearchEntry(
                language=language,
                url_name=document.url_name,
                url_kwargs=dict(document.url_kwargs),
                past_at=document.past_at,
                **{name: _plain(value) for name, value in vars(words).items()},
            )


def _plain(value: str | Sequence[str]) -> str | list[str]:
    """Remove NUL characters, which PostgreSQL cannot store, and cut long texts."""
    if isinstance(value, str):
        return value.replace("\x00", " ").strip()[:MAX_TEXT_LENGTH]
    return [each.replace("\x00", " ") for each in value if each]


def _index_pages() -> None:
    """Index the static pages, which change only with the code."""
    with transaction.atomic():
        SearchEntry.objects.filter(STATIC_PAGES).delete()
        entries = []
        for number, (since, document) in enumerate(page_documents(), FIRST_STATIC_PAGE):
            for entry in _of_document(document):
                entry.kind, entry.object_id = PAGE, number
                entry.published_at = entry.changed_at = since
                entries.append(entry)
        learn_words(SearchEntry.objects.bulk_create(entries))


def learn_words(entries: Iterable[SearchEntry]) -> None:
    """Add the words of entries to the words for spelling corrections."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, {"all": False, "entries": [entry.pk for entry in entries]})


def learn_all_words() -> None:
    """Rebuild the words for spelling corrections from all entries."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchword")
        cursor.execute(_WORDS, {"all": True, "entries": []})
