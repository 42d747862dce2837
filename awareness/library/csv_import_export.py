"""CSV import and export of resources."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from awareness.library.enums import AccessibilityFeature, EducationalLevel, ResourceLanguage
from awareness.library.models import Resource
from awareness.library.services import rich_text_columns, save_resource
from awareness.publishing.audiences import AgeBand, Audience
from awareness.topics.models import Topic
from clicksafely.common.audit import audit_log
from clicksafely.common.documents.csv_output import escape_cell, unescape_cell
from clicksafely.common.imports.plan import CellProblem, ImportPlan, Outcome, PlannedRow, read_header
from clicksafely.common.imports.tables import Bounds, TableRefused, TableRow, read_table
from clicksafely.common.rich_text import sanitise_html

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
    "other_languages": ResourceLanguage,
}
MOMENTS = ("published_at", "withdrawn_at")
COLUMNS: Final = ("slug", *TEXTS, *PLAIN, *ARRAYS, "minutes", *MOMENTS, "topics", "replaces", "parts")
# 20,000 resources and the header. The csv module reads cells of at most 131,072 characters.
BOUNDS: Final = Bounds(megabytes=8, rows=20_001, columns=2 * len(COLUMNS), cell=131_072, even=True)
# {constraint over several columns: the column that shows its error}
BETWEEN_COLUMNS: Final = {
    "resource_published_with_licence": "licence",
    "resource_guide_published_when_checked": "published_at",
    "resource_slug_not_reserved": "slug",
    "library_resource_dates_in_order": "withdrawn_at",
}


@dataclass(slots=True, kw_only=True)
class ResourceRow(PlannedRow):
    """A parsed row. `replaces` and `parts` are slugs; the resources may be in later rows."""

    record: Resource
    topics: list[Topic] = field(default_factory=list)
    replaces: str = ""
    parts: list[str] = field(default_factory=list)

    @property
    def references(self) -> list[tuple[str, str]]:
        """The other resources of the row as (column, slug)."""
        return [*([("replaces", self.replaces)] if self.replaces else []), *(("parts", slug) for slug in self.parts)]


type ResourcePlan = ImportPlan[ResourceRow]


def export_rows(resources: Iterable[Resource]) -> Iterator[str]:
    """Yield the CSV line by line, with a byte order mark, which spreadsheets need to detect UTF-8.

    The export can be imported without changes. `resources` must have `topics`, `parts` and `replaces` prefetched.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    yield "\ufeff" + out.getvalue()
    for resource in resources:
        out.seek(0)
        out.truncate()
        writer.writerow(escape_cell(cell) for cell in cells(resource).values())
        yield out.getvalue()


def cells(resource: Resource) -> dict[str, str]:
    """Return the cells of a resource by column."""
    values = {name: getattr(resource, name) or "" for name in ("slug", *TEXTS, *PLAIN)}
    values |= {name: SEPARATOR.join(getattr(resource, name)) for name in ARRAYS}
    values["minutes"] = str(resource.minutes or "")
    values |= {name: _moment(getattr(resource, name)) for name in MOMENTS}
    values["topics"] = SEPARATOR.join(sorted(topic.slug for topic in resource.topics.all())) if resource.pk else ""
    values["replaces"] = resource.replaces.slug if resource.replaces else ""
    values["parts"] = SEPARATOR.join(sorted(part.slug for part in resource.parts.all())) if resource.pk else ""
    return values


def all_resources() -> Iterable[Resource]:
    """Return all resources ordered by slug, with the relations that `cells` needs. Four queries."""
    return Resource.objects.select_related("replaces").prefetch_related("topics", "parts").order_by("slug")


def read_plan(data: bytes) -> ResourcePlan:
    """Parse a file into a plan with all its errors, before anything is written. Never raises."""
    try:
        return build_plan(read_table(data, BOUNDS))
    except TableRefused as refused:
        return ImportPlan([CellProblem(refused.line, "", "", refused.message)])


def build_plan(rows: Sequence[TableRow]) -> ResourcePlan:
    """Build the plan for the rows of a file. The first row has the names of the columns."""
    plan: ResourcePlan = ImportPlan()
    if not rows:
        plan.problems.append(CellProblem(1, "", "A1", _("This file is empty.")))
        return plan
    # A missing column would clear the stored values.
    required = {name: name for name in COLUMNS}
    header = read_header(rows[0], plan, column_of=lambda name: name if name in COLUMNS else None, required=required)
    if plan.faults:
        return plan
    resources_by_slug = {resource.slug: resource for resource in all_resources()}
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    lines_by_slug: dict[str, int] = {}
    for source in rows[1:]:
        texts = source.cells
        values = {name: unescape_cell(texts[at]).strip() if at < len(texts) else "" for name, at in header.items()}
        slug = values["slug"]
        before = resources_by_slug.get(slug)
        row = ResourceRow(
            number=source.number, line=source.line, header=header, record=copy(before) if before else Resource()
        )
        if slug in lines_by_slug:
            row.add_problem("slug", format_lazy(_("Line {line} already has this address."), line=lines_by_slug[slug]))
        lines_by_slug.setdefault(slug, source.line)
        _read_row(row, values, topics)
        if before is not None:
            row.outcome, row.basis = (
                Outcome.UNCHANGED if _same(before, values) else Outcome.UPDATE,
                str(before.revision),
            )
        plan.rows.append(row)
    _check_references(plan, resources_by_slug, lines_by_slug)
    return plan


def apply_plan(
    *,
    plan: ResourcePlan,
    actor: AbstractBaseUser,
    now: datetime,
    report_progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Write the new and changed rows in one transaction, and return their number. `report_progress` receives the number written so far.

    Raises ValueError for a plan with faults.
    """
    if plan.faults:
        raise ValueError("a plan with faults")
    with transaction.atomic():
        by_slug = {resource.slug: resource for resource in Resource.objects.only("pk", "slug")}
        changed_rows = [row for row in plan.rows if row.outcome != Outcome.UNCHANGED]
        # A row that refers to a later row is written again once that one exists.
        early = []
        for done, row in enumerate(changed_rows, 1):
            if not _write(row, by_slug, actor, now):
                early.append(row)
            report_progress(done)
        for row in early:
            _write(row, by_slug, actor, now)
        audit_log.record(
            action="resources.imported", subject=None, actor=actor, now=now, data={"resources": len(changed_rows)}
        )
    return len(changed_rows)


def _write(row: ResourceRow, by_slug: dict[str, Resource], actor: AbstractBaseUser, now: datetime) -> bool:
    """Save a row and add it to `by_slug`. Return whether all resources it refers to existed."""
    row.record.replaces = by_slug.get(row.replaces)
    parts = [by_slug[slug] for slug in row.parts if slug in by_slug]
    save_resource(record=row.record, topics=row.topics, parts=parts, actor=actor, now=now)
    by_slug[row.record.slug] = row.record
    return len(parts) == len(row.parts) and (row.record.replaces is not None) == bool(row.replaces)


def _read_row(row: ResourceRow, values: Mapping[str, str], topics: Mapping[str, Topic]) -> None:
    record = row.record
    for name in ("slug", *TEXTS, *PLAIN):
        setattr(record, name, values[name])
    for name, choices in ARRAYS.items():
        setattr(record, name, _known_values(row, name, values[name], choices))
    record.minutes = _number(row, "minutes", values["minutes"])
    for name in MOMENTS:
        setattr(record, name, _read_moment(row, name, values[name]))
    _check_record(row)
    for slug in _several(values["topics"]):
        if slug in topics:
            row.topics.append(topics[slug])
        else:
            row.add_problem("topics", format_lazy(_("There is no topic “{slug}”."), slug=slug))
    row.replaces, row.parts = values["replaces"], _several(values["parts"])


def _several(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def _known_values(row: PlannedRow, name: str, text: str, choices: type[models.TextChoices]) -> list[str]:
    """Return the valid values. Django's own check of arrays fails for values with a per cent sign."""
    values = _several(text)
    if unknown := [value for value in values if value not in choices.values]:
        what = _("Unknown value: {values}. Allowed values: {known}.")
        row.add_problem(name, format_lazy(what, values=", ".join(unknown), known=", ".join(choices.values)))
    return [value for value in values if value in choices.values]


def _number(row: PlannedRow, name: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        row.add_problem(name, _("Enter a whole number in this column."))
        return None
    return int(text)


def _read_moment(row: PlannedRow, name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        row.add_problem(name, _("Enter a time in this column, for example 2026-03-01T08:00:00+00:00."))
        return None
    if moment.tzinfo is None:
        row.add_problem(name, _("Add the time zone, as in 2026-03-01T08:00:00+00:00."))
        return None
    return moment


def _check_record(row: ResourceRow) -> None:
    """Validate the fields and constraints of the model, except `replaces` and uniqueness."""
    try:
        row.record.clean_fields(
            exclude={"title", "summary", "description", "use_in_class", "teaches", "keywords", "replaces"}
        )
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            row.add_problem(name, " ".join(messages))
        return
    for constraint in Resource._meta.constraints:
        if column := BETWEEN_COLUMNS.get(constraint.name):
            try:
                constraint.validate(Resource, row.record)
            except ValidationError as error:
                row.add_problem(column, " ".join(error.messages))


def _check_references(plan: ResourcePlan, existing_slugs: Collection[str], file_slugs: Collection[str]) -> None:
    for row in plan.rows:
        for column, slug in row.references:
            if slug not in existing_slugs and slug not in file_slugs:
                row.add_problem(column, format_lazy(_("There is no resource “{slug}”."), slug=slug))
            elif slug == row.record.slug:
                row.add_problem(column, _("A resource cannot refer to itself."))
    # A good row may refer to a new resource that is not imported. Then it is not imported either, and so on.
    blocked = True
    while blocked:
        blocked = False
        importable = {*existing_slugs, *(row.record.slug for row in plan.rows if not row.blocked)}
        for row in plan.rows:
            if not row.blocked and (
                missing := next((each for each in row.references if each[1] not in importable), ())
            ):
                what = format_lazy(_("The row of the resource “{slug}” has a problem."), slug=missing[1])
                row.add_problem(missing[0], what)
                blocked = True


def _same(before: Resource, values: Mapping[str, str]) -> bool:
    now = cells(before)
    return all(_normal(name, now[name]) == _normal(name, values[name]) for name in COLUMNS)


def _normal(name: str, text: str) -> Any:
    if name in ("topics", "parts", *ARRAYS):
        return sorted(part.strip() for part in text.split(";") if part.strip())
    if name in rich_text_columns():
        return sanitise_html(text.strip())
    return text.strip()


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
