"""The page with the figures of an event."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from awareness.events.models import Event
from awareness.events.planning.figures import figures_of_event, group_names
from awareness.events.planning.pages import show
from clicksafely.common.permissions import duty_required


@duty_required("events.view_closingreport")
@require_safe
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """Who took part, date by date and together."""
    event = get_object_or_404(Event, pk=pk)
    found = figures_of_event(event, timezone.now())
    title = _("Figures: %(name)s") % {"name": event}
    return show(request, "staff/events/event_statistics.html", title, event=event, figures=found, groups=group_names())
