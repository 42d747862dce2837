"""Recipients of an item's notice: the registered contacts in order, without those that failed or did not act."""

from dataclasses import dataclass

from django.db.models import Q

from hotline.hosting.abuse_contacts import contacts_responsible_for
from hotline.models import AbuseContact, ContactKind, ContentItem, NoticeItem, NoticeStep, Referral
from hotline.models.takedown import FAILED_NOTICES, INEFFECTIVE_NOTICES
from hotline.outbox import config
from hotline.referral.routing import host_name_of, host_of

# Registries and countries have no control over content.
STEPS = {
    ContactKind.HOST: NoticeStep.HOST,
    ContactKind.DOMAIN: NoticeStep.OWNER,
    ContactKind.REGISTRAR: NoticeStep.REGISTRAR,
    ContactKind.ASN: NoticeStep.NETWORK,
}


@dataclass(frozen=True)
class Recipient:
    """A contact with its step. `address` is empty if it has only a web form."""

    step: NoticeStep
    contact: AbuseContact
    address: str

    @property
    def way(self) -> str:
        """Identifies the recipient, so that a mailbox shared by two contacts is notified once."""
        return self.address.lower() or self.contact.form_address


def recipients_of(item: ContentItem) -> list[Recipient]:
    """Return all recipients for an item, in the order of escalation."""
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
    """Return the first recipient that has neither failed nor ignored a notice about the item; None if there is none.

    An address that accepts no messages is never used again. A contact that did not act is notified again by a new
    referral, for content that has returned.
    """
    in_vain = Q(notice__state__in=FAILED_NOTICES)
    if referral is not None:
        in_vain |= Q(notice__state__in=INEFFECTIVE_NOTICES, referral=referral)
    entries = NoticeItem.objects.filter(in_vain, item=item).select_related("notice__contact")
    spent = {(entry.notice.address.lower() or entry.notice.contact.form_address) for entry in entries}
    return next((recipient for recipient in recipients_of(item) if recipient.way not in spent), None)
