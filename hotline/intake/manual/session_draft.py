"""Encrypted draft of a form posted after its session expired, restored after signing in."""

import base64
import json
import logging
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest

from clicksafely.common.crypto import sealing
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.http.cookieless_forms import StateExpired, StateInvalid, open_state

logger = logging.getLogger(__name__)

PURPOSE = "report by hand"
SESSION_KEY = "report_by_hand"
MAX_LENGTH = 200_000


def save_draft(request: HttpRequest) -> bool:
    """Store a posted form in the new session.

    Returns whether it was stored. Only forms with a valid token are accepted.
    """
    try:
        open_state(request.POST.get("state", ""), purpose=PURPOSE)
    except (StateInvalid, StateExpired):
        return False
    typed = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    plain = json.dumps(typed, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(plain) > MAX_LENGTH:
        return False
    row = uuid4()
    sealed = sealing.seal(plain, ring="hotline", table="session", field=SESSION_KEY, row=row)
    request.session[SESSION_KEY] = [str(row), base64.b64encode(sealed).decode()]
    return True


def pop_draft(request: HttpRequest) -> dict[str, Any] | None:
    """Return the stored form once, or None if there is none or it cannot be decrypted."""
    stored = request.session.pop(SESSION_KEY, None)
    if stored is None:
        return None
    row, sealed = stored
    try:
        plain = sealing.open_sealed(
            base64.b64decode(sealed), ring="hotline", table="session", field=SESSION_KEY, row=UUID(row)
        )
    except SealError as error:
        logger.warning("A form draft stored before signing in cannot be decrypted.", exc_info=error)
        return None
    typed: dict[str, Any] = json.loads(plain.decode("utf-8", "surrogatepass"))
    return typed
