"""Orders signed by the staff site: police recipients and referrals to the police (ADR 0071)."""

from collections.abc import Iterable
from datetime import datetime

from clicksafely.common.crypto import signing
from hotline.models import PoliceRecipient, Referral

_RECIPIENT = "police recipient"
_REFERRAL = "referral to the police"


def sign_recipient(recipient: PoliceRecipient, *, now: datetime) -> None:
    """Sign all columns of a recipient, without saving it. Raises NoSigningKey."""
    recipient.signed_at = now
    recipient.signature = signing.sign(_RECIPIENT, _describe_recipient(recipient))


def is_recipient_signed(recipient: PoliceRecipient) -> bool:
    """Return whether the staff site has stored the recipient as it is. Raises NoVerificationKeys."""
    return signing.is_signed(recipient.signature, _RECIPIENT, _describe_recipient(recipient))


def unsigned_recipients(recipients: Iterable[PoliceRecipient]) -> list[PoliceRecipient]:
    """Return the recipients that were added or changed outside the staff site. Raises NoVerificationKeys."""
    return [recipient for recipient in recipients if not is_recipient_signed(recipient)]


def sign_referral(referral: Referral) -> None:
    """Sign the decision of a referral, without saving it. Raises NoSigningKey."""
    referral.signature = signing.sign(_REFERRAL, _describe_referral(referral))


def is_referral_signed(referral: Referral) -> bool:
    """Return whether the staff site has made this decision about this content of this report.

    A process with private keys opens no report for a row whose signature does not match its columns. Raises
    NoVerificationKeys.
    """
    return signing.is_signed(referral.signature, _REFERRAL, _describe_referral(referral))


def _describe_recipient(recipient: PoliceRecipient) -> dict[str, signing.Value]:
    return {
        "uuid": str(recipient.uuid),
        "name": recipient.name,
        "unit": recipient.unit,
        "delivery": str(recipient.delivery),
        "email": recipient.email,
        "certificate": recipient.certificate,
        "valid_until": recipient.valid_until,
        "grouping": str(recipient.grouping),
        "active": recipient.active,
        "is_default": recipient.is_default,
        "signed_at": recipient.signed_at,
    }


def _describe_referral(referral: Referral) -> dict[str, signing.Value]:
    # Not signed: the columns that the workers change, and the reason, which key rotation seals again.
    return {
        "uuid": str(referral.uuid),
        "report": str(referral.report.uuid),
        "item": str(referral.item.uuid),
        "location": referral.item.canonical,
        "author": referral.author_id,
        "route": str(referral.route),
        "created_at": referral.created_at,
        "urgent": referral.urgent,
        "is_for_pictures": referral.is_for_pictures,
    }
