"""Base classes of staff pages other than the admin's own: detail, form and action."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import classonlymethod
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.exceptions import CANNOT_DECRYPT, ActionRefused, EditConflict
from clicksafely.common.fields import add_faults
from clicksafely.common.revisions import form_differences
from clicksafely.common.staff.site import acting_user, staff_view

EDIT_CONFLICT_MESSAGE = _(
    "Another user saved this while you were editing. Nothing was saved. Compare both versions and save the one to keep."
)


class StaffPage[T](View):
    """A page of the staff site for accounts whose roles grant all of `permissions`; other accounts get status 403.

    `object` is the record of the page, `user` the signed-in account and `now` the clock of the request. Services check,
    write and record the audit event. An action on an object, or a form on the page of an object, inherits from that
    page. It can then show the page with the reason of a refusal. Lists are in `registers`.
    """

    permissions: ClassVar[tuple[str, ...]]
    # The standard form; other pages have their own template.
    template_name: str = "staff/form.html"
    title: ClassVar[str | Promise] = ""

    @classonlymethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """Return the view, protected by sign-in with second factor and by the permissions."""
        return staff_view(*cls.permissions)(super().as_view(**initkwargs))

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the object, after sign-in and permissions are checked."""
        super().setup(request, *args, **kwargs)
        self.user = acting_user(request)
        self.now = self.get_now()
        self.object = self.get_object()

    def get_now(self) -> datetime:
        """Return the clock of the request."""
        return timezone.now()

    def get_object(self) -> T:
        """Return the record named by `self.kwargs`. Raises Http404. Pages without a record keep this."""
        return cast(T, None)

    def get_url(self) -> str:
        """Return the URL of the object's own page."""
        raise NotImplementedError

    def get_title(self) -> str:
        """Return the title of the page."""
        return str(self.title)

    def get_context(self) -> dict[str, Any]:
        """Return the context of the template."""
        return {}

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render the page; `context` is added to that of `get_context`."""
        shown = {**admin.site.each_context(self.request), "title": self.get_title(), **self.get_context(), **context}
        return render(self.request, self.template_name, shown, status=status)


class DetailPage[T](StaffPage[T]):
    """A page that only shows its object."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.render()


class ActionPage[T](StaffPage[T]):
    """An action without a form. POST runs it, then redirects with a message.

    GET redirects to the page of the object. A SealError is a refusal.
    """

    success_message: ClassVar[str | Promise] = ""

    def perform(self) -> HttpResponse | None:
        """Call the service. Return a response only to show the page instead of redirecting. Raises ActionRefused."""
        raise NotImplementedError

    def get_success_url(self) -> str:
        """Return the URL to redirect to after the action."""
        return self.get_url()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect(self.get_url())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            response = self.perform()
        except ActionRefused as refused:
            return self.refuse(refused.message)
        except SealError:
            return self.refuse(str(CANNOT_DECRYPT))
        if response is None:
            if self.success_message:
                messages.success(request, str(self.success_message))
            response = redirect(self.get_success_url())
        return response

    def refuse(self, reason: str) -> HttpResponse:
        """Show the page of the object with the reason. Redirect to it if the action does not inherit from it."""
        if not isinstance(self, DetailPage):
            messages.error(self.request, reason)
            return redirect(self.get_url())
        self.object = self.get_object()
        return self.render(status=422, refusal=reason)


class FormPage[T, F: forms.BaseForm](StaffPage[T]):
    """A form: GET shows it, POST saves it and redirects with a message. Errors keep the typed text, with status 422.

    GET of a form on the page of its object redirects to that page.
    """

    form_class: type[F]
    success_message: ClassVar[str | Promise] = ""
    # Of the standard template: an explanation above the fields, the label of the button, and whether it destroys something.
    introduction: ClassVar[str | Promise] = ""
    submit_label: ClassVar[str | Promise] = _("Save")
    danger: ClassVar[bool] = False

    def get_initial(self) -> dict[str, Any]:
        """Return the initial values of the form."""
        return {}

    def get_form_arguments(self) -> dict[str, Any]:
        """Return further arguments of the form."""
        return {}

    def get_form(self, **bound: Any) -> F:
        """Return the form; `bound` has `data` and `files` for a submission."""
        return self.form_class(**bound, initial=self.get_initial(), **self.get_form_arguments())

    def save(self, form: F) -> HttpResponse | None:
        """Call the service with the valid form; return a response only to replace the redirect.

        Raises ActionRefused or ValidationError, shown at the fields, and EditConflict.
        """
        raise NotImplementedError

    def get_success_url(self) -> str:
        """Return the URL to redirect to after saving."""
        return self.get_url()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return redirect(self.get_url()) if isinstance(self, DetailPage) else self.render(form=self.get_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.get_form(data=request.POST, files=request.FILES)
        if form.is_valid():
            try:
                return self.save(form) or self.saved()
            except ActionRefused as refused:
                add_faults(form, refused)
                if isinstance(self, DetailPage):
                    self.object = self.get_object()
            except ValidationError as error:
                form.add_error(None, error)
            except EditConflict:
                return self.show_conflict(form)
        return self.render(status=422, form=form)

    def saved(self, url: str = "") -> HttpResponse:
        """Redirect with the message of success, to `url` or the usual page."""
        if self.success_message:
            messages.success(self.request, str(self.success_message))
        return redirect(url or self.get_success_url())

    def show_conflict(self, form: F) -> HttpResponse:
        """Show the form after another user has saved the object: with `opened`, beside the stored version.

        Submitting it again overwrites that version.
        """
        differences = []
        if "opened" in form.fields:
            self.object = self.get_object()
            stored = str(self.get_form()["opened"].initial)
            data = self.request.POST.copy()
            data["opened"] = stored
            form = self.get_form(data=data, files=self.request.FILES)
            differences = [*form_differences(form)]
        form.add_error(None, str(EDIT_CONFLICT_MESSAGE))
        return self.render(status=422, form=form, differences=differences)

    def get_context(self) -> dict[str, Any]:
        """Return the texts of the standard template."""
        shown = {
            "introduction": self.introduction,
            "submit_label": self.submit_label,
            "danger": self.danger,
            "record": self.object,
        }
        return {**super().get_context(), **shown, "cancel_url": self.get_url()}
