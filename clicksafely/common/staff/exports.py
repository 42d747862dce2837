"""Exports of staff lists as CSV and XLSX: columns of an allow-list, formulas escaped, recorded in the audit trail."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any, ClassVar, Final

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BooleanField, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.audit.labels import register_labels
from clicksafely.common.documents.csv_output import BYTE_ORDER_MARK, escape_formula
from clicksafely.common.models import AuditEvent
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.serbian.scripts import to_script
from clicksafely.common.staff.jobs import register_audited_jobs
from clicksafely.common.staff.site import acting_user

CSV: Final = "csv"
XLSX: Final = "xlsx"
CONTENT_TYPES: Final = {
    CSV: "text/csv; charset=utf-8; header=present",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Larger exports exceed the time limit of a request; filters reduce them.
MAX_EXPORTED: Final = 20_000
_CHUNK: Final = 1000
# Control characters that XML, and so XLSX, does not permit.
_NOT_IN_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

type Row = Iterable[object]


class ExportMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list that accounts with `export_permission` download as CSV or XLSX, filtered as it is shown.

    `export_columns` are the only columns: fields or display methods of the list. They never hold reported addresses, sealed values or
    personal data.
    """

    export_permission: ClassVar[str]
    export_columns: ClassVar[Sequence[str]] = ()

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Return whether the user sees the list and may export it."""
        return self.has_view_permission(request) and has_role_permission(request.user, self.export_permission)

    def export_rows(self, rows: "QuerySet[Any]") -> Iterator[Row]:
        """Yield the headings and the cells of each row."""
        yield [capfirst(str(label_for_field(name, self.model, self))) for name in self.export_columns]
        for row in rows.iterator(chunk_size=_CHUNK):
            yield [self._cell(row, name) for name in self.export_columns]

    def _cell(self, row: Any, name: str) -> object:
        field, _attribute, value = lookup_field(name, row, self)
        if value is None:
            return None
        if field is not None and field.flatchoices:
            return getattr(row, f"get_{name}_display")()
        if isinstance(field, BooleanField):
            return _("Yes") if value else _("No")
        return strip_tags(value) if isinstance(value, SafeString) else value

    @property
    def _url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Add the URL that exports the filtered list."""
        if self.has_export_permission(request):
            address = reverse(f"admin:{self._url_name}_export", query=request.GET or None)
            extra_context = {"export": address, **(extra_context or {})}
        return super().changelist_view(request, extra_context)

    def get_urls(self) -> list[Any]:
        """Add the export."""
        view = self.admin_site.admin_view(self.export)
        return [path("export/", view, name=f"{self._url_name}_export"), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """Export all pages of the filtered list (POST, `format` csv or xlsx). GET redirects to the list."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        changelist = reverse(f"admin:{self._url_name}_changelist")
        if request.method != "POST":
            return redirect(changelist)
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(changelist)
        number = rows.order_by().values("pk")[: MAX_EXPORTED + 1].count()
        if number > MAX_EXPORTED:
            messages.error(request, _("This list is too long to export. Choose filters first."))
            return redirect(reverse(f"admin:{self._url_name}_changelist", query=request.GET or None))
        file_format = XLSX if request.POST.get("format") == XLSX else CSV
        with transaction.atomic():
            response = table_response(str(self.opts.model_name), self.export_rows(rows), file_format)
            record_export(
                name=self.opts.label_lower,
                query=request.GET.items(),
                file_format=file_format,
                rows=number,
                actor=acting_user(request),
                now=timezone.now(),
            )
        return response


def record_export(
    *, name: str, query: Iterable[tuple[str, Any]], file_format: str, rows: int, actor: User, now: datetime
) -> None:
    """Record who exported which list, with which filters and how many rows. Free text of a filter or search is not kept."""
    filters = []
    for parameter, value in query:
        code = f"{parameter}:" if parameter == SEARCH_VAR else f"{parameter}:{value}"
        # Without the value if it is free text.
        filters += [each for each in (code, f"{parameter}:") if audit_log.is_code(each)][:1]
    data: dict[str, audit_log.AuditValue] = {"list": name, "filters": filters, "format": file_format, "rows": rows}
    audit_log.record(action="list.exported", subject=None, actor=actor, now=now, data=data)


def _describe(event: AuditEvent) -> str:
    try:
        name = str(apps.get_model(str(event.data.get("list")))._meta.verbose_name_plural)
    except (LookupError, ValueError):
        name = str(event.data.get("list"))
    return _("%(list)s: list exported") % {"list": capfirst(name)}


def exported_list(user: User, event: AuditEvent) -> str:
    """Return the URL of the list that an event exported, with its filters.

    Returns "" if `user` may not export the list, or if the list no longer exists.
    """
    try:
        listed = admin.site.get_model_admin(apps.get_model(str(event.data.get("list"))))
    except (LookupError, ValueError, NotRegistered):
        return ""
    if not isinstance(listed, ExportMixin):
        return ""
    view = f"{listed.opts.app_label}.{get_permission_codename('view', listed.opts)}"
    if not all(has_role_permission(user, permission) for permission in (view, listed.export_permission)):
        return ""
    filters = dict(code.split(":", 1) for code in event.data.get("filters", ()))
    # Free text is not recorded.
    query = {name: value for name, value in filters.items() if value}
    return reverse(f"admin:{listed._url_name}_changelist", query=query or None)


register_labels(["list.exported"], _describe)
register_audited_jobs({"list.exported": exported_list})


def table_response(name: str, rows: Iterable[Row], file_format: str = CSV) -> FileResponse:
    """Return a table that is never cached, in the script of the page, with formulas escaped.

    It is written row by row to a temporary file and streamed from there. Memory stays small, and errors of the database
    come before the response begins.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    language = get_language() or ""
    try:
        _WRITERS[file_format](file, ([to_cell(cell, language) for cell in row] for row in rows))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    response = FileResponse(
        file, as_attachment=True, filename=f"{name}.{file_format}", content_type=CONTENT_TYPES[file_format]
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def to_cell(value: object, language: str) -> str | int | float | date | None:
    """Return a number, a local time without zone, or a text; None for an empty cell.

    No spreadsheet takes the text for a formula.
    """
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return localtime(value).replace(tzinfo=None, second=0, microsecond=0)
    if isinstance(value, date):
        return value
    return escape_formula(to_script(_NOT_IN_XML.sub("", str(value)), language))


def _write_csv(file: IO[bytes], rows: Iterable[Sequence[object]]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([f"{cell:%Y-%m-%d %H:%M}" if isinstance(cell, datetime) else cell for cell in row])
    text.detach()


def _write_xlsx(file: IO[bytes], rows: Iterable[Sequence[object]]) -> None:
    # Imported here: openpyxl costs each web process 22 MB, and exports are rare.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append(row)
    book.save(file)


_WRITERS: Final = {CSV: _write_csv, XLSX: _write_xlsx}
