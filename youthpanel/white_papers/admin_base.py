"""What the admin pages of papers stand on: saving goes through services."""

from typing import Any, ClassVar, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from clicksafely.common.staff.lists import CappedPaginator, UnloggedAdmin
from clicksafely.common.staff.rich_text_fields import RichTextMixin


def actor_of(request: HttpRequest) -> AbstractBaseUser:
    """Who is at work: the staff site lets nobody in who is not signed in."""
    return cast(AbstractBaseUser, request.user)


class PaperAdmin(RichTextMixin, UnloggedAdmin, TranslationAdmin[Any]):
    """Texts in both languages on one form, of many fields."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50

    class Media:
        css: ClassVar[dict[str, Any]] = {"all": ["css/staff/publishing.css", "css/staff/white_papers.css"]}

    actions: list[Any] = []


class AppendOnlyAdmin(PaperAdmin):
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
