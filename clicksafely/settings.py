"""All settings of the project, read from the environment (django-environ) and nowhere else."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import environ
from django.utils.csp import CSP
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
# NAME_FILE is a file that contains NAME, for secrets and for URLs with a password.
env = environ.FileAwareEnv()

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
PORTAL = env("PORTAL", default="all")
# public, staff, worker, sealed, outside, beat or owner. Empty: a process that does the work of all.
PART = env("PART", default=PORTAL if PORTAL in {"public", "staff"} else "")
# Written by `manage.py create_secrets`: a file for each part. In production the environment may hold the secrets, and the files are absent.
for _file in sorted(VAR_DIR.glob(f"secrets-{PART or '*'}.env")):
    environ.Env.read_env(_file)

# --- Secrets: `common/crypto/part_secrets.py` is the table of the parts that hold each --------------------------------
STAFF_SECRET_KEY = env("STAFF_SECRET_KEY", default="")
PUBLIC_SECRET_KEY = env("PUBLIC_SECRET_KEY", default="")
LINK_SECRET = env("LINK_SECRET", default="")
RECEIPT_PEPPER = env("RECEIPT_PEPPER", default="")
PANEL_PIN_KEY = env("PANEL_PIN_KEY", default="")
AUDIT_KEY = env("AUDIT_KEY", default="")
HASH_LIST_KEY = env("HASH_LIST_KEY", default="")
MAIL_SECRET = env("MAIL_SECRET", default="")
# Django's own. A part without a site has none, so that it signs nothing.
SECRET_KEY, *SECRET_KEY_FALLBACKS = (STAFF_SECRET_KEY or PUBLIC_SECRET_KEY).split(",")
# Key rings that seal and that open. The staff site signs what the workers carry out (ADR 0071); they have the public keys only.
_PUBLIC_KEYS_DIR = Path(env("PUBLIC_KEYS_DIR", default=str(VAR_DIR / "keys")))
_PRIVATE_KEYS_DIR = Path(env("PRIVATE_KEYS_DIR", default=str(VAR_DIR / "keys")))
SEALING_PUBLIC_KEYS, SIGNING_PUBLIC_KEYS = _PUBLIC_KEYS_DIR / "public.json", _PUBLIC_KEYS_DIR / "signing-public.json"
SEALING_PRIVATE_KEYS, SIGNING_PRIVATE_KEY = (
    _PRIVATE_KEYS_DIR / "private.json",
    _PRIVATE_KEYS_DIR / "signing-private.pem",
)

# --- Doors -------------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
SITE_URL = env("SITE_URL", default="")

INSTALLED_APPS = [
    "modeltranslation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "clicksafely.apps.StaffAdminConfig",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_otp",
    "django_otp_webauthn",
    "clicksafely.apps.SignInLimitsConfig",
    "django_prose_editor",
    "clicksafely.accounts",
    "clicksafely.common",
    "clicksafely.common.alerts",
    "clicksafely.backup",
    "clicksafely.privacy",
    "clicksafely.monitoring",
    "awareness.publishing",
    "awareness.topics",
    "awareness.news",
    "awareness.pages",
    "awareness.library",
    "awareness.quizzes",
    "awareness.games",
    "awareness.events",
    "awareness.lessons",
    "awareness.search",
    "awareness.impact",
    "awareness.social_images",
    "youthpanel",
    "hotline",
]

MIDDLEWARE = [
    "clicksafely.monitoring.request_latency.LatencyMiddleware",
    "clicksafely.common.http.middleware.RequestIdMiddleware",
    "clicksafely.common.http.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clicksafely.common.http.compression_middleware.CompressionMiddleware",
    "clicksafely.common.i18n.language.PrefixLanguageMiddleware",
    "clicksafely.common.serbian.scripts.LatinScriptMiddleware",
    "clicksafely.common.demo.banner_middleware.DemoBannerMiddleware",
    "clicksafely.common.http.middleware.DatabaseDownMiddleware",
    "django.middleware.common.CommonMiddleware",
    # None of these accesses a cookie until a view uses the session, the user or a token; public views never do.
    "clicksafely.common.http.middleware.CheckedSessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "clicksafely.urls"
WSGI_APPLICATION = "clicksafely.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "clicksafely.common.permissions.duties",
                "django.contrib.messages.context_processors.messages",
                "awareness.topics.context_processors.help_lines",
                "awareness.pages.context_processors.partners",
                "awareness.search.context_processors.suggestions",
                "awareness.impact.context_processors.impact",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Database, cache, queue --------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgres:///clicksafely")}
# ?conn_max_age= in DATABASE_URL limits the seconds of a connection.
DATABASES["default"].setdefault("CONN_MAX_AGE", None)
DATABASES["default"].update(
    CONN_HEALTH_CHECKS=True,
    DISABLE_SERVER_SIDE_CURSORS=True,  # PgBouncer in transaction mode
)
DATABASES["default"].setdefault("OPTIONS", {})
# A server whose machine or network has died is noticed within half a minute. `common/db_time_limits.py` notices one that hangs.
for _name, _value in {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}.items():
    DATABASES["default"]["OPTIONS"].setdefault(_name, _value)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")

# Celery has its own notation for a socket.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A task whose process dies is retried two seconds later, three times by default, because the task may be the cause.
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_TASK_ANNOTATIONS = {"*": {"default_retry_delay": 2}}
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Otherwise any process with access to the broker could stop workers.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Workers keep their database connection for this number of tasks; `celery.py` checks it before each.
CELERY_DB_REUSE_MAX = 1000
# Without a broker, a web request makes one short attempt; the periodic sweep queues the task later.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "visibility_timeout": 300,
    "max_retries": 0,
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")


def _every(
    task: str, *, expires: int | None = None, kwargs: Mapping[str, object] | None = None, **period: int
) -> dict[str, object]:
    """Return an entry of Celery's schedule.

    `expires` is in seconds: a task queued longer is dropped, because the next one does its work.
    """
    entry: dict[str, object] = {"task": task, "schedule": timedelta(**period)}
    if kwargs:
        entry["kwargs"] = dict(kwargs)
    if expires is not None:
        entry["options"] = {"expires": expires}
    return entry


_PERIODIC_TASKS = (
    _every("hotline.sweep_received", seconds=15, expires=15),
    _every("hotline.release_expired_claims", minutes=1),
    _every("hotline.look_up_hosts", seconds=15, expires=15, kwargs={"at_least": 1}),
    _every("hotline.confirm_hosting", seconds=15, expires=15),
    _every("hotline.offer_checks", minutes=1, expires=60),
    _every("hotline.update_waiting_reports", minutes=1),
    _every("hotline.apply_rule_changes", minutes=1, expires=60),
    _every("hotline.sweep_unsent_uploads", minutes=15),
    _every("hotline.hide_upload_times", minutes=15, expires=900),
    _every("hotline.read_waiting_uploads", seconds=15, expires=15),
    _every("hotline.erase_handed_over", minutes=5, expires=300),
    _every("hotline.sweep_unmatched", seconds=15, expires=15),
    _every("hotline.sweep_hash_lists", minutes=1, expires=60),
    _every("hotline.refresh_statistics", minutes=15, expires=900),
    _every("hotline.purge_partner_requests", hours=12),
    _every("hotline.plan_partner_webhooks", minutes=1, expires=60),
    # Processes small batches one after the other until nothing is left.
    _every("hotline.erase_due", days=1, expires=3600),
    _every("publishing.publish_due_drafts", minutes=1, expires=60),
    _every("library.clean_up_bundles", seconds=15, expires=15),
    _every("library.update_statistics", hours=1, expires=3600),
    _every("news.delete_orphan_files", days=1, expires=3600),
    _every("youthpanel.resume_editions", seconds=15, expires=15),
    _every("quizzes.erase_due_classes", minutes=10, expires=600),
    _every("impact.count_impact", minutes=15, expires=900),
    _every("events.process_waiting_lists", minutes=1, expires=60),
    _every("events.queue_reminders", minutes=10, expires=600),
    _every("events.anonymise_bookings", hours=1, expires=3600),
    _every("events.erase_visit_requests", hours=1, expires=3600),
    _every("youthpanel.notify_safeguarding", minutes=1, expires=60),
    _every("youthpanel.remind_of_consents", days=1, expires=3600),
    _every("youthpanel.remind_of_meetings", hours=1, expires=3600),
    _every("youthpanel.alert_safeguarding", seconds=30, expires=30),
    _every("youthpanel.erase_safeguarding_notes", days=1, expires=3600),
    _every("youthpanel.delete_orphaned_files", days=1, expires=3600),
    _every("youthpanel.rewrite_answer_tables", hours=1, expires=3600),
    _every("youthpanel.apply_retention", hours=6, expires=3600),
    _every("youthpanel.delete_expired_sessions", minutes=10, expires=600),
    _every("youthpanel.remove_subscriptions", minutes=10, expires=600),
    _every("alerts.plan_alerts", seconds=15, expires=15),
    _every("alerts.send_messages", seconds=15, expires=15),
    _every("alerts.delete_old_alerts", days=1, expires=3600),
    _every("common.link_audit_events", seconds=5),
    _every("common.clear_sessions", hours=1, expires=3600),
    _every("common.erase_unsaved_forms", days=1, expires=3600),
    _every("common.log_audit_head", days=1),
    _every("common.verify_audit_chain", seconds=15, expires=15),
    # Beat has no mail settings; without a mailbox or server, the task does nothing.
    _every("hotline.fetch_mail", minutes=1, expires=50),
    _every("hotline.send_mail", seconds=15, expires=15),
    _every("events.send_emails", seconds=15, expires=15),
    _every("events.read_bounces", minutes=1, expires=60),
    _every("hotline.send_partner_webhooks", seconds=15, expires=15),
    _every("hotline.send_notices", minutes=1, expires=60),
    _every("hotline.check_availability", seconds=30, expires=30),
    _every("hotline.sync_iccam", seconds=15, expires=15),
    _every("hotline.import_iccam", minutes=1, expires=60),
    _every("hotline.build_police_packages", seconds=30, expires=30),
    _every("hotline.send_police_packages", seconds=30, expires=30),
    _every("hotline.erase_police_files", hours=1),
)
# An entry has the name of its task.
CELERY_BEAT_SCHEDULE = {str(entry["task"]): entry for entry in _PERIODIC_TASKS}
# Tasks that wait for third-party servers have their own worker, so that slow DNS or mail servers do not delay triage.
EXTERNAL_SERVER_TASKS = (
    "hotline.look_up_hosts",
    "hotline.fetch_mail",
    "hotline.send_mail",
    "events.send_emails",
    "events.read_bounces",
    "hotline.send_notices",
    "hotline.check_availability",
    "hotline.sync_iccam",
    "hotline.import_iccam",
    "hotline.send_police_packages",
    "hotline.send_partner_webhooks",
    "youthpanel.notify_safeguarding",
    "youthpanel.remind_of_consents",
    "youthpanel.remind_of_meetings",
    "alerts.send_messages",
)
CELERY_TASK_ROUTES = {
    **{task: {"queue": "outside"} for task in EXTERNAL_SERVER_TASKS},
    # Runs where the private keys are.
    "hotline.build_police_packages": {"queue": "sealed"},
    "hotline.read_waiting_uploads": {"queue": "sealed"},
    "hotline.match_hashes": {"queue": "sealed"},
    "hotline.sweep_unmatched": {"queue": "sealed"},
    # Reads the name that it removes from texts.
    "youthpanel.apply_retention": {"queue": "sealed"},
    # Only this worker may delete notes.
    "youthpanel.erase_safeguarding_notes": {"queue": "sealed"},
}

# --- Language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "sr"
LANGUAGES = [("sr", _("Serbian, Cyrillic")), ("sr-latn", _("Serbian, Latin")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["clicksafely.formats"]
MODELTRANSLATION_LANGUAGES = ("sr", "en")
MODELTRANSLATION_DEFAULT_LANGUAGE = "sr"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("sr",)
_LANGUAGE_OF_TEXTS = {"sr": _("Serbian"), "en": _("English")}
MODELTRANSLATION_BUILD_LOCALIZED_VERBOSE_NAME = lambda label, language: format_lazy(  # noqa: E731
    "{} ({})", label, _LANGUAGE_OF_TEXTS[language]
)
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Belgrade"

# --- Files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
# Every reference to a static file includes its hash, and compressing takes most of the time of collectstatic.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
MEDIA_ROOT = VAR_DIR / "media"
# Media in an S3-compatible bucket shared by several machines; the file contains the access key and its secret, one per line.
# None: they are stored in MEDIA_ROOT.
MEDIA_S3_BUCKET = env("MEDIA_S3_BUCKET", default="")
MEDIA_S3_ENDPOINT = env("MEDIA_S3_ENDPOINT", default="")
MEDIA_S3_KEY_FILE = env("MEDIA_S3_KEY_FILE", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "clicksafely.common.files.static_storage.HashedStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["clicksafely.common.files.image_uploads.BoundedMemoryUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
# An article of 80 blocks, each with three file fields, including empty ones. The upload handlers limit the content of files.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 300

# --- Sign-in of staff --------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "clicksafely.common.permissions.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
CSRF_FAILURE_VIEW = "clicksafely.common.http.error_views.csrf_failure"
OTP_TOTP_ISSUER = OTP_WEBAUTHN_RP_NAME = "Click Safely"
# Accounts whose roles open sealed content sign in with a passkey; a code only lets them add their first one.
PASSKEY_REQUIRED = env.bool("PASSKEY_REQUIRED", default=False)
# Sign-in through an OpenID Connect provider beside the password: accounts/openid.py reads the parts of the URL. Off if empty.
OPENID_URL = env("OPENID_URL", default="")
OTP_WEBAUTHN_RP_ID_CALLABLE = "clicksafely.accounts.passkeys.relying_party_id"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Otherwise anyone who knows a user name could lock its owner out permanently.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = ["username"]
# Browsers in which the account has signed in are counted apart, so that strangers do not lock them.
AXES_USERNAME_CALLABLE = "clicksafely.accounts.site.counted_name"
AXES_RESET_ON_SUCCESS = True
# Locking by user name alone stores no address and is stricter; axes warns because it usually also locks by address.
# SecurityHeadersMiddleware combines Django's security and CSP middleware and sets X-Frame-Options; the other two warnings look for those.
# clicksafely.E001 demands the secrets of the part, which may have no SECRET_KEY.
SILENCED_SYSTEM_CHECKS = ["axes.W006", "security.W001", "security.W002", "security.W009"]
# PasskeyHelper accepts the origin of the request, whose host is in ALLOWED_HOSTS.
SILENCED_SYSTEM_CHECKS += ["otp_webauthn.E030"]
AXES_CLIENT_IP_CALLABLE = "clicksafely.common.http.client_id.placeholder_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# A failed sign-in stores typed values as asterisks; a code would stay valid for a moment, a recovery code permanently.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "otp_token", "passkey", "next"]
AXES_LOCKOUT_TEMPLATE = "staff/locked_out.html"

# --- Security ----------------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
SECURE_HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = "/admin/"
LANGUAGE_COOKIE_NAME = "lang"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_HSTS_SECONDS = 63072000 if SECURE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HTTPS
SECURE_SSL_REDIRECT = SECURE_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None

# --- Rate limits: reports of one network per hour before a proof of work is required (a school or a carrier is one network), and of all
# networks together ---
REPORTS_PER_HOUR = env.int("REPORTS_PER_HOUR", default=60)
REPORTS_PER_HOUR_GLOBAL = max(2000, REPORTS_PER_HOUR)
# --- Welfare of analysts: opened content of a day (pictures, reporters' texts, messages) before a break is suggested instead of the next
# case ---
EXPOSURE_LIMIT = env.int("EXPOSURE_LIMIT", default=40)

# --- Incoming mail: the mailbox for reports, imaps://user:password@host:port/folder (the password may be in a file). TLS is always
# verified, with MAIL_CA_FILE for a private authority. Imported messages are deleted, or kept in a folder for MAIL_RETENTION_DAYS;
# unreadable messages are moved to another folder ---
MAIL_IMAP_URL = env("MAIL_IMAP_URL", default="")
MAIL_CA_FILE = env("MAIL_CA_FILE", default="")
MAIL_RETENTION_DAYS = env.int("MAIL_RETENTION_DAYS", default=0)
MAIL_PROCESSED_FOLDER = env("MAIL_PROCESSED_FOLDER", default="Taken in by the portal")
MAIL_UNPROCESSED_FOLDER = env("MAIL_UNPROCESSED_FOLDER", default="Not read by the portal")

# --- Outgoing mail: replies to e-mail reports and notifications of news. Sending requires a server, an address and the secret. Only
# senders authenticated by our receiving server (MAIL_AUTHSERV_ID in Authentication-Results) receive replies ---
MAIL_ADDRESS = env("MAIL_ADDRESS", default="")
MAIL_AUTHSERV_ID = env("MAIL_AUTHSERV_ID", default="")
MAIL_SMTP_URL = env("MAIL_SMTP_URL", default="")

# --- Mail of events: the sender address of confirmations, also used for replies of schools, and its mailbox, searched for bounces. Other
# messages stay there for staff. Sent by MAIL_SMTP_URL ---
EVENTS_MAIL_ADDRESS = env("EVENTS_MAIL_ADDRESS", default="")
EVENTS_MAIL_IMAP_URL = env("EVENTS_MAIL_IMAP_URL", default="")

# --- Notices to hosts: minutes to collect items for one contact before the first message; weekdays of sending (1 Monday to 7) ---
TAKEDOWN_FIRST_AFTER_MINUTES = env.int("TAKEDOWN_FIRST_AFTER_MINUTES", default=60)
TAKEDOWN_WEEKDAYS = env.list("TAKEDOWN_WEEKDAYS", cast=int, default=[1, 2, 3, 4, 5])

# --- Hosting: name servers for lookups (address or address:port; none: the machine's own); the folder with country.mmdb and asn.mmdb, the
# countries and networks of addresses ---
DNS_RESOLVERS = env.list("DNS_RESOLVERS", default=[])
_MMDB_DIR = env("MMDB_DIR", default="")
MMDB_COUNTRY, MMDB_ASN = (str(Path(_MMDB_DIR, name)) if _MMDB_DIR else "" for name in ("country.mmdb", "asn.mmdb"))

# --- Availability checks of content that was referred: off, direct, or a proxy, http:// or socks5:// (required for onion services).
# Permitted private networks are for demonstrations and tests ---
_CHECKS = env("AVAILABILITY_CHECKS", default="off")
AVAILABILITY_CHECKS = _CHECKS not in {"off", ""}
AVAILABILITY_PROXY = _CHECKS if AVAILABILITY_CHECKS and _CHECKS != "direct" else ""
AVAILABILITY_ALLOW_NETWORKS = env.list("AVAILABILITY_ALLOW_NETWORKS", default=[])

# --- Webhooks: private networks that they may reach; a loopback address in them also without TLS ---
WEBHOOK_ALLOW_NETWORKS = env.list("WEBHOOK_ALLOW_NETWORKS", default=[])

# --- ICCAM, the exchange of INHOPE's hotlines: off without ICCAM_URL, https://user:password@host/. ICCAM_CERT_FILE is the client
# certificate with its key; TLS is always verified, with ICCAM_CA_FILE instead of the machine's authorities ---
ICCAM_URL = env("ICCAM_URL", default="")
ICCAM_CERT_FILE = env("ICCAM_CERT_FILE", default="")
ICCAM_CA_FILE = env("ICCAM_CA_FILE", default="")

# --- Youth panel: the list of erasures to repeat after a restore. It is stored outside the database and must not be restored with it ---
PANEL_ERASURE_LOG = Path(env("PANEL_ERASURE_LOG", default=str(VAR_DIR / "panel-erasures.txt")))

# --- security.txt: contact for vulnerability reports (e-mail or https addresses); none: the page with the Centre's contacts ---
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])

# --- Metrics for Prometheus: the token for /metrics of the staff process; without it, access is denied ---
METRICS_TOKEN = env("METRICS_TOKEN", default="")

LOGGING_CONFIG = "clicksafely.common.logs.configure"
# Not empty: Django does not call the function for an empty one.
LOGGING = {"level": "INFO"}
