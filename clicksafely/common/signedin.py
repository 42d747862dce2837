"""Who asks: session, account, second factor and permissions, each read anew with every request, in a plain statement.

Django asks for the same five times by its ORM; to put those statements together took longer than most of what staff look at.
"""

from functools import cache
from typing import Any, Final

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from django_otp.middleware import OTPMiddleware

from clicksafely.common.permissions import duties_of

# By the name that a session gives them.
DEVICES: Final = ("otp_totp.totpdevice", "otp_static.staticdevice")


class SessionStore(db.SessionStore):
    """Sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        session = row_of(Session, str(self.session_key))
        if session is not None and session.expire_date > timezone.now():
            return session
        self._session_key = None
        return None


class StaffBackend(ModelBackend):
    """Accounts, and for the admin of accounts their permissions; everything else checks `common.permissions.has_duty`."""

    def get_user(self, user_id: int) -> User | None:
        """The account, unless it is not active (any more)."""
        user = row_of(User, user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Model | None = None) -> set[str]:
        """Return the duties of the account, so that permissions assigned to it directly count nowhere."""
        return set(duties_of(user_obj)) if obj is None else set()


class SecondFactorMiddleware(OTPMiddleware):  # type: ignore[misc]
    """Whether the second factor was shown in this session; whose the device is, and whether it is confirmed, is asked behind this."""

    def _device_from_persistent_id(self, persistent_id: str) -> Any:
        kind, _, key = persistent_id.rpartition("/")
        return row_of(apps.get_model(kind), int(key)) if kind in DEVICES and key.isdecimal() else None


def row_of[Row: Model](model: type[Row], key: int | str) -> Row | None:
    """The row with this primary key, or None; for models whose columns need no conversion."""
    statement, names = _statement(model)
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        values = cursor.fetchone()
    return model.from_db(connection.alias, names, values) if values else None


@cache
def _statement(model: type[Model]) -> tuple[str, list[str]]:
    table, fields = model._meta.db_table, model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'SELECT {columns} FROM "{table}" WHERE "{model._meta.pk.column}" = %s'  # noqa: S608 - the names that models have
    return statement, [field.attname for field in fields]
