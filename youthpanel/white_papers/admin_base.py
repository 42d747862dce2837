"""Admin base classes of White Papers."""

from typing import Any, ClassVar, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from clicksafely.common.staff.lists import CappedPaginator, UnloggedAdmin
from clicksafely.common.staff.rich_text_fields import RichTextMixin


def actor_of(request: HttpRequest) -> AbstractBaseUser:
    """The signed-in user. The admin requires a login."""
    return cast(AbstractBaseUser, request.user)


class PaperAdmin(RichTextMixin, UnloggedAdmin, TranslationAdmin[Any]):
    """A form with texts in both languages."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50

    class Media:
        css: ClassVar[dict[str, Any]] = {"all": ["css/staff/publishing.css", "css/staff/white_papers.css"]}

    actions: list[Any] = []


class AppendOnlyAdmin(PaperAdmin):
    """Records that are added once and never changed."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Gives the form the user, because comparing its texts with real names is audited."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.actor = actor_of(request)
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
