"""Publications on the home page of the staff site: those scheduled for this week, and drafts that could not be published."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.apps import apps
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from awareness.publishing.models import Draft, Publication
from clicksafely.accounts.models import User
from clicksafely.common.staff.home import COUNT_CAP, WEEK, HomeArea, HomeCount, register_counts


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


for kind in apps.get_models():
    if issubclass(kind, Publication):
        permission = f"{kind._meta.app_label}.change_{kind._meta.model_name}"
        register_counts(HomeArea.DUE, permission, partial(scheduled, kind))
        register_counts(HomeArea.FAILED, permission, partial(refused, kind))
