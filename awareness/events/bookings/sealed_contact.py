"""Who booked and what the class needs: sealed to the ring "bookings" before it is stored, opened by those who write or call."""

import json
from dataclasses import asdict, dataclass
from uuid import UUID

from awareness.events.models import Booking
from clicksafely.common.crypto import sealing


@dataclass(frozen=True, kw_only=True)
class Contact:
    """An educator's name, e-mail address and telephone, and the needs of the class in their words ("" where there are none)."""

    name: str
    email: str
    phone: str
    needs: str = ""


def seal_contact(contact: Contact, *, row: UUID) -> bytes:
    """Seal for the booking with this UUID. Raises NoPublicKey."""
    plain = json.dumps(asdict(contact), ensure_ascii=False).encode()
    return sealing.seal(plain, ring="bookings", table="events_booking", field="sealed", row=row)


def unseal_contact(booking: Booking) -> Contact:
    """Open that of a booking which is not erased. Raises SealError, as where this process holds no key of the ring."""
    plain = sealing.open_sealed(
        bytes(booking.sealed or b""), ring="bookings", table="events_booking", field="sealed", row=booking.uuid
    )
    return Contact(**json.loads(plain))
