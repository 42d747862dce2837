"""A portal with one of everything that pages show: what the walk of the staff side makes, and what the public side shows of each kind."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from clicksafely.common.crypto import receipts, sealing
from hotline.models import Complaint, Report
from tests.awareness.library.making import give_file, make_resource
from tests.awareness.news.conftest import write_whole_article
from tests.awareness.quizzes.players import published
from tests.factories.events import make_date, make_event
from tests.factories.papers import both, content
from tests.factories.youthpanel import make_edition
from tests.test_walk import make_paths
from youthpanel.models import Edition

PORTAL: Final = {
    "topics",
    "publishing",
    "news",
    "pages",
    "library",
    "quizzes",
    "games",
    "events",
    "search",
    "impact",
    "youthpanel",
    "hotline",
    "common",
}
# Codes, names of files and digests that programs wrote: nobody types them, and what reads them would only fail.
TECHNICAL: Final = {
    "key", "digest", "sha256", "media_type", "mime_type", "path", "task", "action", "reference", "kind", "state", "language", "code", "prefix",
    "pseudonym_key", "fold", "lexemes", "scene_key", "step", "start", "town", "url_name", "effects", "level", "version_key", "ring",
}  # fmt: skip


def make_ground() -> dict[str, str]:
    """The addresses of the staff side by their patterns, with everything there that they and the public side show."""
    paths = make_paths()
    # Somebody waits for the answers.
    key = sealing.ReporterKey.derive(receipts.generate_receipt(), bytes(16)).public_bytes
    Report.objects.update(reporter_salt=bytes(16), reporter_public_key=key)
    Complaint.objects.update(salt=bytes(16), public_key=key)
    now = timezone.now()
    write_whole_article()
    quiz = published()
    paths["admin/quizzes/quiz/<int:pk>/figures.csv"] = f"/admin/quizzes/quiz/{quiz.pk}/figures.csv"
    give_file(make_resource("materijal", creator="x"), "list.txt")
    event = make_event(published_at=now - timedelta(days=1), slug="radionica")
    make_date(event, starts_at=now + timedelta(days=21))
    edition = Edition.objects.latest("pk")
    make_edition(edition.issued_by, content=content(method=both("<p>x</p>", "<p>x</p>")))
    return paths


def text_columns(model: type[models.Model]) -> Iterator[Any]:
    """Those that hold words of people: no choices, no codes, no addresses of the portal itself."""
    for field in model._meta.concrete_fields:
        inner = field.base_field if isinstance(field, ArrayField) else field
        if (
            isinstance(inner, models.CharField | models.TextField)
            and not isinstance(inner, models.SlugField | models.EmailField | models.URLField | models.FilePathField)
            and not (inner.choices or field.primary_key or field.unique or field.generated or field.is_relation)
            and field.name not in TECHNICAL
            and not field.name.startswith(("content_", "object_"))
        ):
            yield field


def plant(text: str) -> tuple[int, list[str]]:
    """Put `text` into every such column of every row; returns how many columns hold it, and those where the database would not have it."""
    planted, refused = 0, []
    for model in apps.get_models():
        if model._meta.app_label not in PORTAL or model._meta.proxy or not model._meta.managed:
            continue
        for field in text_columns(model):
            if _set(model, field, text):
                planted += 1
            else:
                refused.append(f"{model.__name__}.{field.column}")
    for edition in Edition.objects.all():
        planted += _write(Edition, "content", json.dumps(_said(edition.content, text)), edition.pk)
    return planted, refused


def _said(value: Any, text: str) -> Any:
    """What an edition holds, with `text` for all that is said in two languages."""
    if isinstance(value, dict):
        return (
            dict.fromkeys(value, text)
            if set(value) == {"sr", "en"}
            else {name: _said(each, text) for name, each in value.items()}
        )
    return [_said(each, text) for each in value] if isinstance(value, list) else value


def _set(model: type[models.Model], field: Any, text: str) -> bool:
    inner = field.base_field if isinstance(field, ArrayField) else field
    value: Any = text[: inner.max_length] if inner.max_length else text
    if isinstance(field, ArrayField):
        value = [value]
    return _write(model, field.column, value)


def _write(model: type[models.Model], column: str, value: Any, pk: object = None) -> bool:
    """Past what services allow: what once was written stays what it is. Whether the database took it."""
    where = f" WHERE {model._meta.pk.column} = %s" if pk else ""
    sql = f'UPDATE "{model._meta.db_table}" SET "{column}" = %s{where}'  # noqa: S608 - names of our own models
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql, [value, pk] if pk else [value])
            cursor.execute("SET LOCAL session_replication_role = origin")
    except DatabaseError:  # a constraint, which then is what holds it
        return False
    return True
