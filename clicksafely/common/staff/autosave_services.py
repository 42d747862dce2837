"""Services of unsaved forms: what an editor typed into a form of content and did not save."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import QueryDict

from clicksafely.common.models import UnsavedForm

KEPT: Final = timedelta(days=14)
# An editor who typed within this time is shown to others as editing.
EDITING: Final = timedelta(minutes=15)
# Characters of all values. The longest demonstration game has 60,000.
MAX_CHARACTERS: Final = 1_000_000


class TooLarge(Exception):
    """The values of a form exceed `MAX_CHARACTERS`. Nothing was written."""


class OtherEditor(NamedTuple):
    """Another editor with unsaved changes of the same record, of `saved_at`."""

    name: str
    saved_at: datetime


def keep_unsaved(
    *, kind: str, object_id: int, values: QueryDict, actor: AbstractBaseUser, now: datetime
) -> UnsavedForm:
    """Store the values of a form in place of those stored before. Names of buttons and tokens are left out.

    `object_id` is 0 for a new record. Raises TooLarge.
    """
    stored_values = {
        name: values.getlist(name)
        for name in values
        if not name.startswith(("_", "preview_")) and name not in {"csrfmiddlewaretoken", "content-add"}
    }
    if sum(len(name) + sum(map(len, each)) for name, each in stored_values.items()) > MAX_CHARACTERS:
        raise TooLarge
    row, _created = UnsavedForm.objects.update_or_create(
        editor_id=actor.pk, kind=kind, object_id=object_id, defaults={"saved_at": now, "values": stored_values}
    )
    return row


def discard_unsaved(*, kind: str, object_id: int, actor: AbstractBaseUser) -> None:
    """Delete the unsaved values of a form of this editor."""
    UnsavedForm.objects.filter(editor_id=actor.pk, kind=kind, object_id=object_id).delete()


def find_unsaved(*, kind: str, object_id: int, actor: AbstractBaseUser) -> UnsavedForm | None:
    """Return the unsaved values of a form of this editor."""
    return UnsavedForm.objects.filter(editor_id=actor.pk, kind=kind, object_id=object_id).first()


def to_form_data(row: UnsavedForm) -> QueryDict:
    """Return the values as submitted data."""
    data = QueryDict(mutable=True)
    for name, values in row.values.items():
        data.setlist(name, values)
    return data


def other_editors(*, kind: str, object_id: int, actor: AbstractBaseUser, now: datetime) -> list[OtherEditor]:
    """Return the other editors who typed into the form of a stored record within `EDITING`, the latest first."""
    rows = UnsavedForm.objects.filter(kind=kind, object_id=object_id, saved_at__gt=now - EDITING)
    found = rows.exclude(editor_id=actor.pk).exclude(object_id=0).order_by("-saved_at")
    return [OtherEditor(name, at) for name, at in found.values_list("editor__username", "saved_at")]


def erase_old_unsaved(*, now: datetime) -> None:
    """Delete unsaved values older than `KEPT`."""
    UnsavedForm.objects.filter(saved_at__lte=now - KEPT).delete()
