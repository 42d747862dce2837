"""What people at the desk say about an item beside its assessment: what kind of site it is on, that its host be looked up again."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.common import audit
from hotline.hosting.lookup import want_again
from hotline.lifecycle.errors import CaseError
from hotline.models import ContentItem, LocationKind, Report, SiteType
from hotline.review.claims import lock_held
from hotline.review.errors import InvalidAnswers


class NotToBeAsked(CaseError):
    message = _("A rule says that no machine may ask for this content: its host is not looked up.")


class NothingToLookUp(CaseError):
    message = _("This item has no host that could be looked up.")


def set_site_type(*, report: Report, item: ContentItem, actor: User, site_type: str, now: datetime) -> None:
    """Say what kind of site an item is on; from then on it is no guess. `site_type` is the ICCAM id, as typed.

    Raises NotHolder, or InvalidAnswers (under `site_type`); nothing is written then.
    """
    with transaction.atomic():
        report = lock_held(report_id=report.pk, actor=actor, now=now)
        item = report.items.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        chosen = int(site_type) if site_type.isascii() and site_type.isdecimal() and len(site_type) < 4 else None
        if chosen not in SiteType.values:
            raise InvalidAnswers({"site_type": _("Choose a kind of site from the list.")})
        data = {"item": item.pk, "from": item.site_type, "to": chosen}
        item.site_type, item.site_type_guessed = chosen, False
        item.save(update_fields=["site_type", "site_type_guessed"])
        audit.record(action="item.site_type", subject=report, actor=actor, now=now, data=data)


def ask_again(*, report: Report, item: ContentItem, actor: User, now: datetime) -> None:
    """Have the host of an item looked up once more. Raises NotToBeAsked or NothingToLookUp."""
    if item.do_not_fetch:
        raise NotToBeAsked
    if item.kind != LocationKind.URL or not (item.host_override or item.host):
        raise NothingToLookUp
    want_again(item=item, report=report, actor=actor, now=now)
