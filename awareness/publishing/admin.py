"""Publications on the home page of the staff site: drafts, checks that are due, dates of this week, and drafts that were not published."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.apps import apps
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from awareness.publishing.drafts import PUBLISH_PERMISSION
from awareness.publishing.models import Draft, Publication
from awareness.publishing.selectors import CHECK_SOURCES, checked_models, checks_due, open_drafts
from clicksafely.accounts.models import User
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.home import COUNT_CAP, WEEK, HomeArea, HomeCount, register_counts


def waiting(model: type[Publication], user: User, now: datetime) -> Iterable[HomeCount]:
    """Drafts of one kind for a person who may publish them."""
    kind = {"kind": capfirst(model._meta.verbose_name_plural)}
    rows = model.objects.order_by()
    if has_role_permission(user, PUBLISH_PERMISSION):
        drafts = rows.filter(published_at=None)
        yield HomeCount(_("%(kind)s: drafts") % kind, drafts[:COUNT_CAP].count(), f"{_list(model)}?state=draft")
        beside = rows.filter(pk__in=open_drafts(model).values("object_id"))
        yield HomeCount(
            _("%(kind)s: drafts of published pages") % kind, beside[:COUNT_CAP].count(), f"{_list(model)}?draft=open"
        )


def scheduled(model: type[Publication], user: User, now: datetime) -> Iterable[HomeCount]:
    """Publications of one kind that appear this week."""
    rows = model.objects.filter(published_at__gt=now, published_at__lte=now + WEEK).order_by()
    yield HomeCount(
        _("%(kind)s: to be published") % {"kind": capfirst(model._meta.verbose_name_plural)},
        rows[:COUNT_CAP].count(),
        f"{_list(model)}?state=scheduled",
    )


def refused(model: type[Publication], user: User, now: datetime) -> Iterable[HomeCount]:
    """Scheduled drafts of one kind that could not be published."""
    rows = Draft.objects.filter(kind=model._meta.label_lower).exclude(refused_at=None).order_by()
    yield HomeCount(
        _("%(kind)s: draft could not be published") % {"kind": capfirst(model._meta.verbose_name_plural)},
        rows[:COUNT_CAP].count(),
        f"{_list(model)}?draft=refused",
    )


def _list(model: type[Publication]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def due_for_check(user: User, now: datetime) -> Iterable[HomeCount]:
    """Records of all kinds that the user may change whose sources are due for a check."""
    due = sum(
        model._default_manager.filter(checks_due(model, now)).order_by()[:COUNT_CAP].count()
        for model in checked_models(user)
    )
    yield HomeCount(_("Sources due for a check"), due, reverse("admin:source-checks"))


register_counts(HomeArea.WAITING, CHECK_SOURCES, due_for_check)
for kind in apps.get_models():
    if issubclass(kind, Publication):
        permission = f"{kind._meta.app_label}.change_{kind._meta.model_name}"
        register_counts(HomeArea.WAITING, permission, partial(waiting, kind))
        register_counts(HomeArea.DUE, permission, partial(scheduled, kind))
        register_counts(HomeArea.FAILED, permission, partial(refused, kind))
