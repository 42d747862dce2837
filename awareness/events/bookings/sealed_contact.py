"""Contact details of bookings, sealed to the ring "bookings" before they are stored."""

import json
from dataclasses import asdict, dataclass
from uuid import UUID

from awareness.events.models import Booking
from clicksafely.common.crypto import sealing


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A teacher's name, e-mail address and telephone, and the needs of the class as free text."""

    name: str
    email: str
    phone: str
    needs: str = ""


def seal_contact(contact: Contact, *, row: UUID) -> bytes:
    """Seal for the booking with the UUID `row`. Raises NoPublicKey."""
    plain = json.dumps(asdict(contact), ensure_ascii=False).encode()
    return sealing.seal(plain, ring="bookings", table="events_booking", field="sealed", row=row)


def unseal_contact(booking: Booking) -> Contact:
    """Decrypt the contact details of a booking. Raises SealError, for instance if this process has no private key."""
    plain = sealing.open_sealed(
        bytes(booking.sealed or b""), ring="bookings", table="events_booking", field="sealed", row=booking.uuid
    )
    return Contact(**json.loads(plain))
