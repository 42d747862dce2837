"""Resources as CSV, out and in: what was exported comes back the same, and every fault is named before anything is written."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from awareness.library.csv_reader import CsvError, rows, safe
from awareness.library.enums import AccessibilityFeature, EducationalLevel
from awareness.library.models import Resource
from awareness.library.services import rich_text_columns, save_resource
from awareness.publishing.audiences import AgeBand, Audience
from awareness.topics.models import Topic
from clicksafely.common.rich_text import sanitise_html

MOST_FAULTS = 100
SEPARATOR = "; "
TEXTS = tuple(
    f"{name}_{code}" for name in ("title", "summary", "description", "use_in_class", "teaches", "keywords") for code in ("sr", "en")
)  # fmt: skip
PLAIN = (
    "kind", "language", "licence", "creator", "creator_en", "publisher", "publisher_en", "version", "is_based_on",
)  # fmt: skip
ARRAYS: Final[dict[str, type[models.TextChoices]]] = {
    "audiences": Audience,
    "ages": AgeBand,
    "levels": EducationalLevel,
    "features": AccessibilityFeature,
}
MOMENTS = ("published_at", "withdrawn_at")
COLUMNS: Final = ("slug", *TEXTS, *PLAIN, *ARRAYS, "minutes", *MOMENTS, "topics", "replaces", "parts")
# Rules of the database that no single field knows: constraint and the column where its fault is shown.
BETWEEN_COLUMNS: Final = {
    "resource_published_with_licence": "licence",
    "resource_slug_not_reserved": "slug",
    "library_resource_dates_in_order": "withdrawn_at",
}


class ImportFault(NamedTuple):
    """Something wrong: its line in the file (from 1; 0: the whole file), its column ("" where it is the whole line), and what."""

    line: int
    column: str
    what: str | Promise


@dataclass
class Row:
    """One line that makes sense so far."""

    line: int
    record: Resource
    topics: Sequence[Topic]
    replaces: str
    parts: Sequence[str]
    same: bool = False


@dataclass
class ImportPlan:
    """What an import would do: nothing unless `faults` is empty."""

    rows: list[Row] = field(default_factory=list)
    faults: list[ImportFault] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    same: int = 0


def export_rows(resources: Iterable[Resource]) -> Iterator[str]:
    """The CSV, line by line, in UTF-8 with a mark that spreadsheets know it by. `resources` with topics, parts and replaces at hand."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    yield "\ufeff" + out.getvalue()
    for resource in resources:
        out.seek(0)
        out.truncate()
        writer.writerow(safe(cell) for cell in cells(resource).values())
        yield out.getvalue()


def cells(resource: Resource) -> dict[str, str]:
    """A resource as text by column."""
    values = {name: getattr(resource, name) or "" for name in ("slug", *TEXTS, *PLAIN)}
    values |= {name: SEPARATOR.join(getattr(resource, name)) for name in ARRAYS}
    values["minutes"] = str(resource.minutes or "")
    values |= {name: _moment(getattr(resource, name)) for name in MOMENTS}
    values["topics"] = SEPARATOR.join(sorted(topic.slug for topic in resource.topics.all())) if resource.pk else ""
    values["replaces"] = resource.replaces.slug if resource.replaces else ""
    values["parts"] = SEPARATOR.join(sorted(part.slug for part in resource.parts.all())) if resource.pk else ""
    return values


def all_resources() -> Iterable[Resource]:
    """Every resource in the order of its address, with what `cells` needs; four queries."""
    return Resource.objects.select_related("replaces").prefetch_related("topics", "parts").order_by("slug")


def read_plan(data: bytes) -> ImportPlan:
    """What `data` says, and everything that is wrong with it. Never raises, whatever the bytes."""
    plan = ImportPlan()
    try:
        lines = list(rows(data, COLUMNS))
    except CsvError as error:
        plan.faults.append(ImportFault(error.line, "", error.what))
        return plan
    known = {resource.slug: resource for resource in all_resources()}
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    seen: dict[str, int] = {}
    for line, given in lines:
        reader = _Reader(line, given, plan.faults)
        slug = given["slug"].strip()
        if slug in seen:
            reader.fault("slug", format_lazy(_("This address stands in line {line} already."), line=seen[slug]))
        seen.setdefault(slug, line)
        before = known.get(slug)
        row = reader.row(copy(before) if before else Resource(), topics)
        row.same = before is not None and _same(before, given)
        plan.rows.append(row)
        if before is None:
            plan.new += 1
        elif row.same:
            plan.same += 1
        else:
            plan.changed += 1
    _check_references(plan, {*known, *seen})
    return plan


def apply_plan(
    *, plan: ImportPlan, actor: AbstractBaseUser, now: datetime, told: Callable[[int], None] = lambda done: None
) -> None:
    """Write everything, or nothing. `told` hears how many rows are done. Raises ValueError for a plan with faults."""
    if plan.faults:
        raise ValueError("a plan with faults")
    with transaction.atomic():
        by_slug = {resource.slug: resource for resource in Resource.objects.only("pk", "slug")}
        wanted = [row for row in plan.rows if not row.same]
        # A row that points to one further down is written once more when that is there.
        early = []
        for done, row in enumerate(wanted, 1):
            if not _write(row, by_slug, actor, now):
                early.append(row)
            told(done)
        for row in early:
            _write(row, by_slug, actor, now)


def _write(row: Row, by_slug: dict[str, Resource], actor: AbstractBaseUser, now: datetime) -> bool:
    """Save a row and add it to `by_slug`; says whether everything that it points to was there."""
    row.record.replaces = by_slug.get(row.replaces)
    parts = [by_slug[slug] for slug in row.parts if slug in by_slug]
    save_resource(record=row.record, topics=row.topics, parts=parts, actor=actor, now=now)
    by_slug[row.record.slug] = row.record
    return len(parts) == len(row.parts) and (row.record.replaces is not None) == bool(row.replaces)


class _Reader:
    """Makes a resource of one line, and notes what is wrong with it."""

    def __init__(self, line: int, given: Mapping[str, str], faults: list[ImportFault]) -> None:
        self.line, self.given, self.faults = line, given, faults

    def fault(self, column: str, what: str | Promise) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(ImportFault(self.line, column, what))

    def row(self, record: Resource, topics: Mapping[str, Topic]) -> Row:
        for name in ("slug", *TEXTS, *PLAIN):
            setattr(record, name, self.given[name].strip())
        for name, choices in ARRAYS.items():
            setattr(record, name, self._known(name, choices))
        record.minutes = self._number("minutes")
        for name in MOMENTS:
            setattr(record, name, self._moment(name))
        self._check(record)
        wanted = self._several("topics")
        for slug in wanted:
            if slug not in topics:
                self.fault("topics", format_lazy(_("There is no topic “{slug}”."), slug=slug))
        return Row(
            self.line,
            record,
            [topics[slug] for slug in wanted if slug in topics],
            self.given["replaces"].strip(),
            self._several("parts"),
        )

    def _several(self, name: str) -> list[str]:
        return list(dict.fromkeys(part.strip() for part in self.given[name].split(";") if part.strip()))

    def _known(self, name: str, choices: type[models.TextChoices]) -> list[str]:
        """Django's own check of arrays fails over a value with a per cent sign in it."""
        given = self._several(name)
        if unknown := [value for value in given if value not in choices.values]:
            what = _("Unknown: {values}. Known are: {known}.")
            self.fault(name, format_lazy(what, values=", ".join(unknown), known=", ".join(choices.values)))
        return [value for value in given if value in choices.values]

    def _number(self, name: str) -> int | None:
        text = self.given[name].strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            self.fault(name, _("A whole number has to stand here."))
            return None
        return int(text)

    def _moment(self, name: str) -> datetime | None:
        text = self.given[name].strip()
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fault(name, _("A time has to stand here, as 2026-03-01T08:00:00+00:00."))
            return None
        if moment.tzinfo is None:
            self.fault(name, _("The time zone is missing, as in 2026-03-01T08:00:00+00:00."))
            return None
        return moment

    def _check(self, record: Resource) -> None:
        """What the model itself asks for; `replaces` and uniqueness come later."""
        try:
            record.clean_fields(
                exclude={"title", "summary", "description", "use_in_class", "teaches", "keywords", "replaces"}
            )
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self.fault(name, " ".join(messages))
            return
        for constraint in Resource._meta.constraints:
            if column := BETWEEN_COLUMNS.get(constraint.name):
                try:
                    constraint.validate(Resource, record)
                except ValidationError as error:
                    self.fault(column, " ".join(error.messages))


def _check_references(plan: ImportPlan, slugs: set[str]) -> None:
    for row in plan.rows:
        for column, wanted in (("replaces", [row.replaces] if row.replaces else []), ("parts", row.parts)):
            for slug in wanted:
                if slug not in slugs:
                    what = format_lazy(_("There is no resource “{slug}”."), slug=slug)
                elif slug == row.record.slug:
                    what = _("A resource cannot point to itself.")
                else:
                    continue
                if len(plan.faults) < MOST_FAULTS:
                    plan.faults.append(ImportFault(row.line, column, what))


def _same(before: Resource, given: Mapping[str, str]) -> bool:
    now = cells(before)
    return all(_normal(name, now[name]) == _normal(name, given[name]) for name in COLUMNS)


def _normal(name: str, text: str) -> Any:
    if name in ("topics", "parts", *ARRAYS):
        return sorted(part.strip() for part in text.split(";") if part.strip())
    if name in rich_text_columns():
        return sanitise_html(text.strip())
    return text.strip()


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
