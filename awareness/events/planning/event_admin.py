"""Events in the staff site: texts and what must be known before coming on one form, with its dates above."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from awareness.events.models import Event
from awareness.events.planning import figures_views
from awareness.events.planning.checking import remarks_on_event
from awareness.events.planning.forms import CopyForm
from awareness.events.planning.pages import acting
from awareness.events.planning.selectors import shown
from awareness.events.planning.services import copy_event
from awareness.events.states import DateState
from awareness.events.vocabulary import Access, ParticipantGroup, SpokenLanguage
from awareness.topics.checking import Remark
from awareness.topics.publication import Publication
from awareness.topics.publication_admin import DATES, PublicationAdmin, PublicationStateFilter
from awareness.topics.writing import PublicationForm
from clicksafely.common.lists import CappedPaginator


def _several(label: Any, choices: type[models.TextChoices], **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices.choices, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


class EventForm(PublicationForm):
    """Everything about an event but its dates."""

    audiences = _several(gettext_lazy("For whom"), ParticipantGroup)
    languages = _several(gettext_lazy("Languages spoken there"), SpokenLanguage)
    access = _several(
        gettext_lazy("Accessibility"), Access, help_text=gettext_lazy("What holds for every date; else say it below.")
    )

    class Meta:
        model = Event
        fields = "__all__"


@admin.register(Event)
class EventAdmin(PublicationAdmin):
    form = EventForm
    page = "events/{slug}/"
    change_form_template = "admin/events/event/change_form.html"
    rich_text = ("description",)
    # The description stands under the title of the page.
    levels_of: ClassVar[Mapping[str, tuple[int, ...]]] = {"description": (2, 3)}
    list_display = ("title", "kind", "series", "state", "next_date", "published_at", "changed_at")
    list_filter = (PublicationStateFilter, "kind", "series", "bookable", "topics")
    list_select_related = ("series",)
    ordering = ("-changed_at", "-id")
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    fieldsets = (
        (None, {"fields": (("kind", "series"), "title", "summary", "description", "topics")}),
        (
            gettext_lazy("What one must know before coming"),
            {"fields": ("audiences", "languages", "access", "access_note")},
        ),
        (gettext_lazy("Bookings by schools"), {"fields": (("bookable", "closes_days"),)}),
        DATES,
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        ahead = Q(dates__state=DateState.PLANNED, dates__starts_at__gt=timezone.now())
        rows: QuerySet[Any] = super().get_queryset(request)
        dated: QuerySet[Any] = rows.annotate(next_start=Min("dates__starts_at", filter=ahead))
        return dated

    @admin.display(description=pgettext_lazy("event", "next date"))
    def next_date(self, event: Any) -> Any:
        """When it takes place next."""
        return event.next_start

    def remarks(self, record: Publication) -> list[Remark]:
        """Of its texts and its dates."""
        return remarks_on_event(Event.objects.get(pk=record.pk), timezone.now())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With its dates."""
        event = kwargs.get("obj") or context.get("original")
        if event is not None:
            context["dates"] = shown(event.dates.order_by("starts_at", "id"), timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        """Its figures, and a copy of it."""
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/copy/", wrap(self.copy), name="events-copy"),
            path("<int:pk>/figures/", wrap(figures_views.figures), name="events-figures"),
        ]
        return [*own, *super().get_urls()]

    def copy(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new draft with the same texts, in the series that is chosen."""
        event = self.get_object(request, str(pk))
        if event is None:
            raise Http404
        if not (self.has_add_permission(request) and self.has_view_or_change_permission(request, event)):
            raise PermissionDenied
        form = CopyForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            copied = copy_event(
                event=event, series=form.cleaned_data["series"], actor=acting(request), now=timezone.now()
            )
            messages.success(request, _("The copy is a draft. Add its dates, look at it, then publish it."))
            return redirect("admin:events_event_change", copied.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Copy: %(name)s") % {"name": event},
            "event": event,
            "form": form,
        }
        return TemplateResponse(request, "staff/events/event_copy.html", context)
