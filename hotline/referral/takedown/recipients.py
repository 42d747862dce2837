"""Whom an item's notice goes to: the contacts of the register in their order, without those that were written to in vain."""

from dataclasses import dataclass

from django.db.models import Q

from hotline.hosting.abuse_contacts import contacts_responsible_for
from hotline.models import AbuseContact, ContactKind, ContentItem, NoticeItem, NoticeStep, Referral
from hotline.models.takedown import FAILED_NOTICES, INEFFECTIVE_NOTICES
from hotline.outbox import config
from hotline.referral.routing import host_name_of, host_of

# Registries and countries have no hand on content.
STEPS = {
    ContactKind.HOST: NoticeStep.HOST,
    ContactKind.DOMAIN: NoticeStep.OWNER,
    ContactKind.REGISTRAR: NoticeStep.REGISTRAR,
    ContactKind.ASN: NoticeStep.NETWORK,
}


@dataclass(frozen=True)
class Recipient:
    """A contact as it is written to at a step. `address` is empty where it has only a form."""

    step: NoticeStep
    contact: AbuseContact
    address: str

    @property
    def way(self) -> str:
        """What tells two contacts apart for whoever is written to: the same mailbox is not asked twice."""
        return self.address.lower() or self.contact.form_address


def recipients_of(item: ContentItem) -> list[Recipient]:
    """Everybody who can be written to about an item, in the order in which it goes on."""
    name = host_name_of(item)
    if not name:
        return []
    domain = "" if item.host_override else item.registrable_domain
    found = {contact.kind: contact for contact in contacts_responsible_for(host_of(item), name=name, domain=domain)}
    recipients = []
    for kind, step in STEPS.items():
        contact = found.get(kind)
        if contact is None:
            continue
        address = contact.email if config.takes_mail(contact.email) else ""
        if address or contact.form_address:
            recipients.append(Recipient(step, contact, address))
    return recipients


def next_recipient(item: ContentItem, *, referral: Referral | None = None) -> Recipient | None:
    """The first who has not been written to in vain about it; None where nobody is left, or where nobody is known.

    An address that takes nothing is of no use again; who did nothing is told again with a new hand-over, for content that came back.
    """
    in_vain = Q(notice__state__in=FAILED_NOTICES)
    if referral is not None:
        in_vain |= Q(notice__state__in=INEFFECTIVE_NOTICES, referral=referral)
    entries = NoticeItem.objects.filter(in_vain, item=item).select_related("notice__contact")
    spent = {(entry.notice.address.lower() or entry.notice.contact.form_address) for entry in entries}
    return next((recipient for recipient in recipients_of(item) if recipient.way not in spent), None)
