"""Publications on the staff home page and in the menu: drafts, due checks, dates of this week, refused drafts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from awareness.publishing.drafts import PUBLISH_PERMISSION
from awareness.publishing.models import Publication
from awareness.publishing.selectors import checked_models, checks_due, content_counts
from clicksafely.accounts.models import User
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.home import COUNT_CAP, WEEK, HomeCount, register_counts
from clicksafely.common.staff.waiting import EntryCount, HomeArea, register_entry_counts


def count_kind(model: type[Publication], user: User) -> Sequence[EntryCount]:
    """Return the counts of pages of one kind that `user` may change and that need action.

    Refused drafts are counted for every such user, other drafts only for users who may publish.
    """
    counts = next((each for each in content_counts(user, timezone.now()) if each.model is model), None)
    if counts is None:
        return ()
    kind = {"kind": capfirst(model._meta.verbose_name_plural)}
    drafts = (
        EntryCount(counts.drafts, _("%(kind)s: drafts") % kind, "?state=draft"),
        EntryCount(counts.undated, _("%(kind)s: drafts of published pages") % kind, "?draft=open"),
    )
    return (
        *(drafts if has_role_permission(user, PUBLISH_PERMISSION) else ()),
        EntryCount(
            counts.refused, _("%(kind)s: draft could not be published") % kind, "?draft=refused", HomeArea.FAILED
        ),
    )


def scheduled(model: type[Publication], user: User, now: datetime) -> Iterable[HomeCount]:
    """Publications of one kind that appear this week."""
    rows = model.objects.filter(published_at__gt=now, published_at__lte=now + WEEK).order_by()
    yield HomeCount(
        _("%(kind)s: to be published") % {"kind": capfirst(model._meta.verbose_name_plural)},
        rows[:COUNT_CAP].count(),
        f"{reverse(f'admin:{model._meta.app_label}_{model._meta.model_name}_changelist')}?state=scheduled",
    )


def count_due_checks(user: User) -> Sequence[EntryCount]:
    """Records of all kinds that the user may change whose sources are due for a check."""
    now = timezone.now()
    number = sum(counts.unchecked for counts in content_counts(user, now))
    others = [
        model._default_manager.filter(checks_due(model, now)).order_by().values("pk")
        for model in checked_models(user)
        if not issubclass(model, Publication)
    ]
    if others:
        number += others[0].union(*others[1:], all=True).count()
    return (EntryCount(number, _("Sources due for a check")),)


register_entry_counts("source-checks", count_due_checks)
for kind in apps.get_models():
    if issubclass(kind, Publication):
        register_entry_counts(kind._meta.label, partial(count_kind, kind))
        permission = f"{kind._meta.app_label}.change_{kind._meta.model_name}"
        register_counts(HomeArea.DUE, permission, partial(scheduled, kind))
