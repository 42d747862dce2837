"""The pages of one date: what stands there, planning and changing it, cancelling it with a word for everybody, taking away a mistake."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from awareness.events.bookings.exceptions import CapacityTooSmall
from awareness.events.models import Event, EventDate
from awareness.events.staff import services
from awareness.events.staff.exceptions import ActionNotAllowed
from awareness.events.staff.forms import CancelForm, DateForm, filled_in, like_the_last, seal_of
from awareness.events.staff.selectors import bookings_of, date_rows, last_date_of
from awareness.events.staff.shortcuts import (
    current_user,
    get_date_or_404,
    look_at,
    redirect_to_date,
    render_staff_page,
    staff_page,
)
from awareness.publishing.services import EditConflict

VIEW, ADD, CHANGE = (f"events.{action}_eventdate" for action in ("view", "add", "change"))
REMOVE = "events.delete_eventdate"


@staff_page(VIEW)
@look_at
def date(request: HttpRequest, date_id: int) -> HttpResponse:
    """One date with its bookings and what can be done about it."""
    return render_date(request, get_date_or_404(date_id))


@staff_page(ADD)
def add(request: HttpRequest, event_id: int) -> HttpResponse:
    """A date more for an event."""
    event = get_object_or_404(Event, pk=event_id)
    form = DateForm(request.POST if request.method == "POST" else None, initial=like_the_last(last_date_of(event)))
    if request.method == "POST" and form.is_valid():
        try:
            planned = services.add_date(event=event, terms=form.terms, actor=current_user(request), now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if planned.starts_at <= timezone.now():
                messages.warning(
                    request, _("This date is in the past: nobody can book it, but it can be closed with a report.")
                )
            messages.success(request, _("The date is added: %(date)s.") % {"date": planned})
            again = "_another" in request.POST
            return redirect("admin:events-date-add", event.pk) if again else redirect_to_date(planned)
    title = _("New date: %(name)s") % {"name": event}
    status = 422 if form.errors else 200
    return render_staff_page(request, "staff/events/dates/form.html", title, status=status, form=form, event=event)


@staff_page(CHANGE)
def change(request: HttpRequest, date_id: int) -> HttpResponse:
    """Another time, place or number of places; whoever holds places is told."""
    found = get_date_or_404(date_id)
    terms = services.details_of(found)
    if request.method != "POST":
        return _form(request, found, DateForm(initial=filled_in(terms)))
    form = DateForm(request.POST)
    if not form.is_valid():
        return _form(request, found, form)
    opened = form.opened_terms
    if opened is None:
        form.add_error(None, _("This form was altered on its way. Open it again."))
        return _form(request, found, form)
    try:
        changed = services.change_date(
            date=found, opened=opened, terms=form.terms, actor=current_user(request), now=timezone.now()
        )
    except EditConflict:
        return _changed_meanwhile(request, get_date_or_404(date_id), form)
    except CapacityTooSmall as error:
        form.add_error("capacity", str(error))
        return _form(request, found, form)
    except ActionNotAllowed as error:
        form.add_error(None, str(error.message))
        return _form(request, found, form)
    if changed:
        messages.success(request, _("The date is changed, and whoever holds places is told."))
    return redirect_to_date(found)


@staff_page(CHANGE)
def cancel(request: HttpRequest, date_id: int) -> HttpResponse:
    """Say why, see who will be told, then cancel."""
    found = get_date_or_404(date_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_date(date=found, **form.cleaned_data, actor=current_user(request), now=timezone.now())
        except ActionNotAllowed as error:
            refusal = str(error.message)
        else:
            messages.success(request, _("The date is cancelled. Letters to the schools are on their way."))
            return redirect_to_date(found)
    [entry] = date_rows(EventDate.objects.filter(pk=found.pk), timezone.now())
    title = _("Cancel: %(date)s") % {"date": found}
    status = 422 if form.errors or refusal else 200
    return render_staff_page(
        request, "staff/events/dates/cancel.html", title, status=status, entry=entry, form=form, refusal=refusal
    )


@staff_page(REMOVE)
def remove(request: HttpRequest, date_id: int) -> HttpResponse:
    """Take away a date that nobody has booked."""
    found = get_date_or_404(date_id)
    if request.method == "POST":
        try:
            services.remove_date(date=found, actor=current_user(request), now=timezone.now())
        except ActionNotAllowed as error:
            return render_date(request, found, refusal=str(error.message))
        messages.success(request, _("The date is removed."))
        return redirect("admin:events_event_change", found.event_id)
    return redirect_to_date(found)


def render_date(request: HttpRequest, found: EventDate, *, refusal: str = "") -> HttpResponse:
    """The page of a date, with a word on what was not done."""
    now = timezone.now()
    [entry] = date_rows(EventDate.objects.filter(pk=found.pk), now)
    return render_staff_page(
        request,
        "staff/events/dates/date.html",
        str(found),
        status=422 if refusal else 200,
        entry=entry,
        bookings=bookings_of(found),
        removable=not services.has_dependents(found),
        begun=found.starts_at <= now,
        refusal=refusal,
    )


def _form(request: HttpRequest, found: EventDate, form: DateForm, **shown_too: object) -> HttpResponse:
    [entry] = date_rows(EventDate.objects.filter(pk=found.pk), timezone.now())
    title = _("Change: %(date)s") % {"date": found}
    status = 422 if form.errors else 200
    return render_staff_page(
        request,
        "staff/events/dates/form.html",
        title,
        status=status,
        form=form,
        event=found.event,
        entry=entry,
        **shown_too,
    )


def _changed_meanwhile(request: HttpRequest, found: EventDate, form: DateForm) -> HttpResponse:
    """Both beside each other; sent once more it is what this coordinator says."""
    stored = services.details_of(found)
    theirs = DateForm(initial=filled_in(stored))
    words = dict(theirs.fields["town"].choices)  # type: ignore[attr-defined]
    beside = []
    for name in ("day", "begins", "ends", "last_day", "town", "place", "address", "capacity"):
        there, mine = theirs[name].initial, form.cleaned_data.get(name)
        if (there or None) != (mine or None):
            beside.append((form[name].label, words.get(there, there), words.get(mine, mine)))
    data = {**form.data.dict(), "opened": seal_of(stored)}  # type: ignore[attr-defined]  # a QueryDict
    again = DateForm(data)
    again.add_error(
        None,
        _(
            "Somebody else changed this date while you were writing. Nothing was saved. Look at both, and save again what should stay."
        ),
    )
    return _form(request, found, again, beside=beside)
