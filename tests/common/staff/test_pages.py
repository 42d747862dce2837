"""Actions and forms on the page of their object: refusals show the page, with the object as it is now."""

from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import RequestFactory

from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.exceptions import CANNOT_DECRYPT, ActionRefused
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage, StaffPage


class Locked(ActionRefused):
    reason = "It is locked."
    field = "name"


class NameForm(forms.Form):
    name = forms.CharField()


class Detail(DetailPage[str]):
    permissions = ()
    stored = "open"

    def get_object(self) -> str:
        return type(self).stored

    def get_url(self) -> str:
        return "/page/"

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        form = context.pop("form", None)
        errors = {"errors": form.errors, "typed": form["name"].value()} if form else {}
        return JsonResponse({"object": self.object, **context, **errors}, status=status)


class Rename(FormPage[str, NameForm], Detail):
    form_class = NameForm

    def save(self, form: NameForm) -> None:
        type(self).stored = "locked"
        raise Locked


class Open(ActionPage[str], Detail):
    error: Exception = Locked()

    def perform(self) -> None:
        type(self).stored = "locked"
        raise self.error


def dispatch(page: StaffPage[str], request: HttpRequest) -> HttpResponse:
    request.user = AnonymousUser()
    page.setup(request)
    response: HttpResponse = page.dispatch(request)  # type: ignore[assignment]
    return response


def test_a_refused_form_shows_the_reason_at_its_field_and_the_object_as_it_is_now() -> None:
    response = dispatch(Rename(), RequestFactory().post("/", {"name": "Ana"}))
    context = {"object": "locked", "errors": {"name": ["It is locked."]}, "typed": "Ana"}
    assert (response.status_code, response.content) == (422, JsonResponse(context).content)


@pytest.mark.parametrize(
    ("error", "reason"), [(Locked(), "It is locked."), (SealError("key ring"), str(CANNOT_DECRYPT))]
)
def test_a_refused_action_shows_the_reason_and_the_object_as_it_is_now(error: Exception, reason: str) -> None:
    response = dispatch(Open(error=error), RequestFactory().post("/"))
    context = {"object": "locked", "refusal": reason}
    assert (response.status_code, response.content) == (422, JsonResponse(context).content)
