"""What the admin pages of papers stand on: saving goes through services, and forms may be long."""

from typing import Any, ClassVar, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from modeltranslation.admin import TranslationAdmin

from clicksafely.common.lists import CappedPaginator, UnloggedAdmin
from clicksafely.common.longforms import take_long_form
from clicksafely.common.richtextfields import RichTextMixin


def actor_of(request: HttpRequest) -> AbstractBaseUser:
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(AbstractBaseUser, request.user)


class DeskAdmin(RichTextMixin, UnloggedAdmin, TranslationAdmin[Any]):
    """Texts in both languages on one form, which may have more fields than the site takes of anybody else."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 150

    class Media:
        css: ClassVar[dict[str, Any]] = {"all": ["css/writing.css", "css/panel-desk.css"]}

    actions: list[Any] = []

    # The token is in the body: the admin asks for it when it is clear who sends.
    @csrf_exempt
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; sent, it is read as what it is."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        take_long_form(request)
        return super().add_view(request, form_url, extra_context)

    @csrf_exempt
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The same for one that is there."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        take_long_form(request)
        return super().change_view(request, object_id, form_url, extra_context)


class LedgerAdmin(DeskAdmin):
    """What is recorded once and never changed: a list, a form to add, a page to look at."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A form that knows who is at work: it compares what was written with names, which is recorded."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.actor = actor_of(request)
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
