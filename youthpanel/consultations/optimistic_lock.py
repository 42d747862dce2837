"""Edit conflicts of the consultation form: merged submissions, and differences between versions."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clicksafely.common.revisions import form_differences
from youthpanel.models import Consultation, Question

_MANAGED: Final = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
# More rows than any formset accepts.
_MAX_ROWS: Final = 200
Row = dict[str, list[str]]


def merge_submission(sent: QueryDict, consultation: Consultation) -> QueryDict:
    """Return the submitted data, aligned with the rows that are stored now.

    Each stored row keeps its position, with its submitted values, or with its stored values if none were submitted.
    Submitted rows that were deleted in the meantime follow as new rows.
    """
    merged = sent.copy()
    for prefix, stored in _stored(consultation).items():
        rows = list(_rows_of(sent, prefix))
        if prefix == "phases":
            _number_anew(rows, stored)
        numbers = [row["id"][0] for row in stored]
        by_number = {number: row for row in rows if (number := row.get("id", [""])[0]) in numbers}
        new = [row for row in rows if row.get("id", [""])[0] not in numbers and "DELETE" not in row]
        placed = [by_number.get(row["id"][0], row) for row in stored] + [{**row, "id": [""]} for row in new]
        for name in [name for name in merged if name.startswith(f"{prefix}-") and not name.endswith(_MANAGED)]:
            del merged[name]
        for place, row in enumerate(placed):
            for name, values in row.items():
                merged.setlist(f"{prefix}-{place}-{name}", values)
        if stored or rows:
            merged[f"{prefix}-INITIAL_FORMS"], merged[f"{prefix}-TOTAL_FORMS"] = str(len(stored)), str(len(placed))
    return merged


def differences(form: Any, formsets: Sequence[Any]) -> list[tuple[str, str, str]]:
    """Label, stored value and submitted value of every field that differs, rows included."""
    found = list(form_differences(form))
    for inline in formsets:
        for number, row in enumerate(inline.formset.forms, 1):
            where = f"{inline.opts.verbose_name} {number}"
            if inline.formset.can_delete and inline.formset._should_delete_form(row):
                found.append((where, str(row.instance), _("deleted")))
            else:
                found += form_differences(row, f"{where}, ")
    return found


def _stored(consultation: Consultation) -> dict[str, list[Row]]:
    """Return the stored rows in the form of submitted data."""
    phases = [
        {"id": phase.pk, "feature": phase.feature, **_local("starts_at", phase.starts_at), **_local("ends_at", phase.ends_at)}
        for phase in consultation.phases.order_by("starts_at", "id")
    ]  # fmt: skip
    questions = [_question(each) for each in consultation.questions.order_by("order", "id").prefetch_related("choices")]
    themes = [
        {"id": pk, "name_sr": serbian, "name_en": english}
        for pk, serbian, english in consultation.themes.order_by("id").values_list("id", "name_sr", "name_en")
    ]
    every: dict[str, list[dict[str, Any]]] = {"phases": phases, "questions": questions, "themes": themes}
    return {
        prefix: [{name: [str(value or "")] for name, value in row.items() if value is not None} for row in rows]
        for prefix, rows in every.items()
    }


def _question(question: Question) -> dict[str, Any]:
    choices = list(question.choices.all())
    texts = {code: [getattr(choice, f"text_{code}") or "" for choice in choices] for code in ("sr", "en")}
    return {
        "id": question.pk,
        "order": str(question.order),
        "kind": question.kind,
        "text_sr": question.text_sr,  # type: ignore[attr-defined]
        "text_en": question.text_en,  # type: ignore[attr-defined]
        # Browsers do not submit unchecked boxes.
        "other": "on" if question.other else None,
        **{f"choices_{code}": "\n".join(words) if any(words) else "" for code, words in texts.items()},
    }


def _local(name: str, moment: datetime) -> dict[str, str]:
    day, hour = localtime(moment).strftime("%Y-%m-%d %H:%M").split()
    return {f"{name}_0": day, f"{name}_1": hour}


def _rows_of(sent: QueryDict, prefix: str) -> Iterator[Row]:
    for place in range(_MAX_ROWS):
        start = f"{prefix}-{place}-"
        row = {name.removeprefix(start): sent.getlist(name) for name in sent if name.startswith(start)}
        if any(value for name, values in row.items() if name not in ("id", "consultation") for value in values):
            yield row


def _number_anew(rows: list[Row], stored: list[Row]) -> None:
    """Give outdated phase ids the id stored at the same position, because saving replaces all phases."""
    numbers = {row["id"][0] for row in stored}
    rows_with_id = [row for row in rows if row.get("id", [""])[0]]
    if any(row["id"][0] in numbers for row in rows_with_id):
        return
    for place, row in enumerate(rows_with_id):
        row["id"] = stored[place]["id"] if place < len(stored) else [""]
