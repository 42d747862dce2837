"""Publications on the home page of the staff site: drafts, checks that are due, dates of this week, and drafts that were not published."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.apps import apps
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from awareness.publishing.drafts import PUBLISH_PERMISSION
from awareness.publishing.models import Publication
from awareness.publishing.selectors import ContentCounts, content_counts
from clicksafely.accounts.models import User
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.home import COUNT_CAP, WEEK, HomeArea, HomeCount, register_counts


def waiting(model: type[Publication], user: User, now: datetime) -> Iterable[HomeCount]:
    """Drafts of one kind for a person who may publish them, and pages whose sources are due for a check."""
    kind, counts = {"kind": capfirst(model._meta.verbose_name_plural)}, _counts(model, user, now)
    if has_role_permission(user, PUBLISH_PERMISSION):
        yield HomeCount(_("%(kind)s: drafts") % kind, counts.drafts, f"{counts.path}?state=draft")
        yield HomeCount(_("%(kind)s: drafts of published pages") % kind, counts.undated, f"{counts.path}?draft=open")
    yield HomeCount(_("%(kind)s: due for a check") % kind, counts.unchecked, f"{counts.path}?checked=due")


def scheduled(model: type[Publication], user: User, now: datetime) -> Iterable[HomeCount]:
    """Publications of one kind that appear this week."""
    rows = model.objects.filter(published_at__gt=now, published_at__lte=now + WEEK).order_by()
    yield HomeCount(
        _("%(kind)s: to be published") % {"kind": capfirst(model._meta.verbose_name_plural)},
        rows[:COUNT_CAP].count(),
        f"{reverse(f'admin:{model._meta.app_label}_{model._meta.model_name}_changelist')}?state=scheduled",
    )


def refused(model: type[Publication], user: User, now: datetime) -> Iterable[HomeCount]:
    """Scheduled drafts of one kind that could not be published."""
    kind, counts = {"kind": capfirst(model._meta.verbose_name_plural)}, _counts(model, user, now)
    yield HomeCount(_("%(kind)s: draft could not be published") % kind, counts.refused, f"{counts.path}?draft=refused")


def _counts(model: type[Publication], user: User, now: datetime) -> ContentCounts:
    return next(counts for counts in content_counts(user, now) if counts.model is model)


for kind in apps.get_models():
    if issubclass(kind, Publication):
        permission = f"{kind._meta.app_label}.change_{kind._meta.model_name}"
        register_counts(HomeArea.WAITING, permission, partial(waiting, kind))
        register_counts(HomeArea.DUE, permission, partial(scheduled, kind))
        register_counts(HomeArea.FAILED, permission, partial(refused, kind))
