"""Saved views: the filters of a staff list that an account keeps under a name of its own."""

from copy import copy
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import SavedView, User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused
from clicksafely.common.staff.pages import ActionPage

# Of one account for one list.
MAX_VIEWS: Final = 12


def views_of(user: User, model_label: str) -> "QuerySet[SavedView]":
    """Return the user's saved views of the list of a model ("app.model"), in the order of saving."""
    return SavedView.objects.filter(user=user, list=model_label).order_by("pk")


def save_view(*, user: User, model_label: str, name: str, query: str, now: datetime) -> SavedView:
    """Keep the filters `query` under `name`; an existing view of that name gets the new filters.

    Raises ActionRefused for the thirteenth view of a list.
    """
    others = views_of(user, model_label).exclude(name=name)
    if others.count() >= MAX_VIEWS:
        raise ActionRefused(_("You have 12 saved views of this list. Delete one first."))
    view, _created = SavedView.objects.update_or_create(
        user=user, list=model_label, name=name, defaults={"query": query, "saved_at": now}
    )
    return view


def delete_view(*, view: SavedView) -> None:
    """Delete a saved view."""
    view.delete()


def filters_of(request: HttpRequest, model_admin: "ModelAdmin[Any]", query: str) -> str:
    """Return the part of `query` that are chosen filters of the list, without its search, its page and free text.

    Raises IncorrectLookupParameters for an invalid filter.
    """
    list_request = copy(request)
    list_request.GET = QueryDict(query)
    specs = model_admin.get_changelist_instance(list_request).filter_specs
    names = {name for spec in specs for name in spec.expected_parameters() if name}
    filter_query = QueryDict(mutable=True)
    for name, value in list_request.GET.items():
        if name in names and value and isinstance(value, str) and audit_log.is_code(value):
            filter_query[name] = value
    return filter_query.urlencode()


class SavedViewForm(forms.Form):
    """The name of a view, and the list and query that it keeps."""

    list = forms.CharField(max_length=100)
    query = forms.CharField(max_length=1000)
    name = forms.CharField(max_length=40)


class _ViewPage(ActionPage[Any]):
    permissions = ()

    def find_admin(self, label: str) -> "ModelAdmin[Any]":
        """Return the admin of a list that the user may see. Raises Http404 and PermissionDenied."""
        for model, model_admin in admin.site._registry.items():
            if model._meta.label_lower == label:
                if not model_admin.has_view_permission(self.request):
                    raise PermissionDenied
                return model_admin
        raise Http404

    def list_url(self, label: str, query: str = "") -> str:
        return reverse(f"admin:{label.replace('.', '_')}_changelist", query=QueryDict(query))


class SaveView(_ViewPage):
    """Save the filters of a list as a view."""

    success_message = _("The view was saved.")

    def get_url(self) -> str:
        return self._url

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self._url = reverse("admin:index")
        return super().post(request, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect("admin:index")

    def perform(self) -> None:
        form = SavedViewForm(self.request.POST)
        model_admin = self.find_admin(self.request.POST.get("list", ""))
        label = model_admin.opts.label_lower
        self._url = self.list_url(label)
        if not form.is_valid():
            raise ActionRefused(_("Enter a name of at most 40 characters."))
        try:
            query = filters_of(self.request, model_admin, form.cleaned_data["query"])
        except IncorrectLookupParameters:
            query = ""
        if not query:
            raise ActionRefused(_("Choose a filter first."))
        self._url = self.list_url(label, query)
        save_view(user=self.user, model_label=label, name=form.cleaned_data["name"], query=query, now=self.now)


class DeleteView(_ViewPage):
    """Delete a view of one's own."""

    success_message = _("The view was deleted.")

    def get_object(self) -> SavedView:
        """Return the user's view. Raises Http404, also for views of others."""
        view = SavedView.objects.filter(pk=self.kwargs["view_id"], user=self.user).first()
        if view is None:
            raise Http404
        return view

    def get_url(self) -> str:
        return self.list_url(self.object.list)

    def perform(self) -> None:
        delete_view(view=self.object)
