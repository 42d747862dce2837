"""A portal with at least one object of every kind shown on pages: those of the staff test, and their public counterparts."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.crypto.reporter_keys import key_tag
from hotline.models import Complaint, Report
from tests.awareness.news.conftest import write_whole_article
from tests.clients.quiz_player import published
from tests.factories.events import make_date, make_event
from tests.factories.library import give_file, make_resource
from tests.factories.papers import both, content
from tests.factories.staff_pages import make_paths
from tests.factories.youthpanel import make_edition
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
# Codes, file names and digests written by programs: not user input, and invalid ones would only cause errors.
TECHNICAL: Final = {
    "key", "digest", "sha256", "media_type", "mime_type", "path", "task", "action", "reference", "kind", "state", "language",
    "code", "prefix",
    "pseudonym_key", "fold", "lexemes", "scene_key", "step", "start", "town", "url_name", "effects", "level", "version_key", "ring",
}  # fmt: skip


def make_whole_portal() -> dict[str, str]:
    """Return the URLs of the staff side by pattern, with all objects that they and the public side show."""
    paths = make_paths()
    # A pending request for the results.
    key = sealing.ReporterKey.derive(receipts.generate_code(), bytes(16)).public_bytes
    for report in Report.objects.all():
        tag = key_tag(key, report.uuid)
        Report.objects.filter(pk=report.pk).update(
            reporter_salt=bytes(16), reporter_public_key=key, reporter_key_tag=tag
        )
    for complaint in Complaint.objects.all():
        tag = key_tag(key, complaint.uuid)
        Complaint.objects.filter(pk=complaint.pk).update(salt=bytes(16), public_key=key, key_tag=tag)
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
    """Yield the columns with user input, without choices, codes and internal URLs."""
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


def fill_text_columns(text: str) -> tuple[int, list[str]]:
    """Put `text` into every such column of every row; return the number of changed columns, and those that the database refused."""
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
        planted += _write(Edition, "content", json.dumps(_with_text(edition.content, text)), edition.pk)
    return planted, refused


def _with_text(value: Any, text: str) -> Any:
    """Return the content of an edition with `text` in all bilingual fields."""
    if isinstance(value, dict):
        return (
            dict.fromkeys(value, text)
            if set(value) == {"sr", "en"}
            else {name: _with_text(each, text) for name, each in value.items()}
        )
    return [_with_text(each, text) for each in value] if isinstance(value, list) else value


def _set(model: type[models.Model], field: Any, text: str) -> bool:
    inner = field.base_field if isinstance(field, ArrayField) else field
    value: Any = text[: inner.max_length] if inner.max_length else text
    if isinstance(field, ArrayField):
        value = [value]
    return _write(model, field.column, value)


def _write(model: type[models.Model], column: str, value: Any, pk: object = None) -> bool:
    """Write directly, because services do not permit changes of records. Return whether the database accepted it."""
    where = f" WHERE {model._meta.pk.column} = %s" if pk else ""
    sql = f'UPDATE "{model._meta.db_table}" SET "{column}" = %s{where}'  # noqa: S608 - names of our own models
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql, [value, pk] if pk else [value])
            cursor.execute("SET LOCAL session_replication_role = origin")
    except DatabaseError:  # a constraint protects the column
        return False
    return True
