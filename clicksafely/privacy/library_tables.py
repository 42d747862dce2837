"""Data inventory of the tables of Django and libraries, and of many-to-many tables that refer to a person."""

from typing import Final

from clicksafely.common.data_inventory import AFTER_LEAVING, CODES, DIGEST, FOR_FIGURES, PSEUDONYM, STAFF, STAFF_TEXT

ACCOUNT: Final = "until the account is closed permanently"
AS_PROOF: Final = "kept with the actions of the account, as evidence"
A_DAY: Final = "a day"
HOURS: Final = "until the session ends (hours)"
KEPT_UNTIL_CHANGED: Final = "kept until changed: no personal data"
ACCOUNT_NAME: Final = "clear: the account of a member of staff"
SECRET: Final = "clear: a sign-in secret; a password is stored as a salted hash"  # noqa: S105  words for a list

# {label: {(how, until): fields}}
LIBRARY_TABLES: Final[dict[str, dict[tuple[str, str], str]]] = {
    "accounts.User": {
        (ACCOUNT_NAME, ACCOUNT): "username first_name last_name email last_login",
        (SECRET, ACCOUNT): "password",
        (CODES, AS_PROOF): "is_superuser is_staff is_active date_joined",
    },
    "accounts.User_groups": {(STAFF, ACCOUNT): "user", (CODES, ACCOUNT): "group"},
    "accounts.User_user_permissions": {(STAFF, ACCOUNT): "user", (CODES, ACCOUNT): "permission"},
    "sessions.Session": {
        (SECRET, HOURS): "session_key",
        (ACCOUNT_NAME, HOURS): "session_data",
        (CODES, HOURS): "expire_date",
    },
    # Changes to accounts and public texts. Admins of data on children and reporters write no entries (`UnloggedAdmin`).
    "admin.LogEntry": {
        (STAFF, AS_PROOF): "user",
        (CODES, AS_PROOF): "action_time content_type object_id action_flag",
        (STAFF_TEXT, AS_PROOF): "object_repr change_message",
    },
    # The public half of a passkey; the private one never leaves its device.
    "django_otp_webauthn.WebAuthnCredential": {
        (STAFF, ACCOUNT): "user",
        (STAFF_TEXT, ACCOUNT): "name",
        (CODES, ACCOUNT): (
            "confirmed created_at last_used_at credential_type credential_id public_key transports sign_count "
            "backup_eligible backup_state aaguid credential_id_sha256 discoverable"
        ),
    },
    "django_otp_webauthn.WebAuthnAttestation": {(CODES, ACCOUNT): "credential fmt data client_data_json"},
    "django_otp_webauthn.WebAuthnUserHandle": {(STAFF, ACCOUNT): "user", (CODES, ACCOUNT): "handle_hex"},
    "youthpanel.Consultation_facilitators": {(STAFF, FOR_FIGURES): "user", (CODES, FOR_FIGURES): "consultation"},
    "youthpanel.Meeting_facilitators": {(STAFF, FOR_FIGURES): "user", (CODES, FOR_FIGURES): "meeting"},
    # Members shown in a picture.
    "youthpanel.MeetingFile_shown": {(PSEUDONYM, AFTER_LEAVING): "member", (CODES, AFTER_LEAVING): "meetingfile"},
    # Failed sign-ins: the typed name, never an address, a password or a code.
    "axes.AccessAttempt": {
        (ACCOUNT_NAME, A_DAY): "username user_agent http_accept",
        (CODES, A_DAY): "ip_address path_info attempt_time get_data post_data failures_since_start",
    },
    "axes.AccessAttemptExpiration": {(CODES, A_DAY): "access_attempt expires_at"},
    # Disabled; the table stays empty.
    "axes.AccessFailureLog": {
        (ACCOUNT_NAME, A_DAY): "username user_agent http_accept",
        (CODES, A_DAY): "ip_address path_info attempt_time locked_out",
    },
    "axes.AccessLog": {
        (ACCOUNT_NAME, A_DAY): "username user_agent http_accept",
        (DIGEST, A_DAY): "session_hash",
        (CODES, A_DAY): "ip_address path_info attempt_time logout_time",
    },
}

# Their tables without personal data. So are many-to-many tables, unless they are listed above.
IMPERSONAL_TABLES: Final = frozenset({"auth.Group", "auth.Permission", "contenttypes.ContentType"})
