"""Every setting of the project, read from the environment (django-environ) and nowhere else."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import environ
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
# Written by provision.py on the embedded default; in production the environment holds the secrets and the file is absent.
if (VAR_DIR / "secrets.env").exists():
    environ.Env.read_env(VAR_DIR / "secrets.env")
# Apart, because the public door is not given it.
if (VAR_DIR / "mail.env").exists():
    environ.Env.read_env(VAR_DIR / "mail.env")

# --- Secrets -----------------------------------------------------------------------------------------------------
SECRET_KEY = env("SECRET_KEY", default="")
RECEIPT_PEPPER = env("RECEIPT_PEPPER", default="")
FORM_SECRET = env("FORM_SECRET", default="")
RATE_LIMIT_SECRET = env("RATE_LIMIT_SECRET", default="")
AUDIT_KEY = env("AUDIT_KEY", default="")
SEALING_PUBLIC_KEYS = Path(env("SEALING_PUBLIC_KEYS", default=str(VAR_DIR / "keys" / "public.json")))
SEALING_PRIVATE_KEYS = Path(env("SEALING_PRIVATE_KEYS", default=str(VAR_DIR / "keys" / "private.json")))

# --- Doors -------------------------------------------------------------------------------------------------------
PORTAL = env("PORTAL", default="all")
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
    "clicksafely.apps.StaffAdminConfig",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "django_prose_editor",
    "clicksafely.accounts",
    "clicksafely.common",
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
    # None of these touches a cookie until a view asks for the session, the user or a token; public views never do.
    "django.contrib.sessions.middleware.SessionMiddleware",
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
DATABASES["default"].update(
    CONN_MAX_AGE=env.int("CONN_MAX_AGE", default=None) if "CONN_MAX_AGE" in env.ENVIRON else None,
    CONN_HEALTH_CHECKS=True,
    DISABLE_SERVER_SIDE_CURSORS=True,  # PgBouncer in transaction mode
)
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")

# Celery names a socket in its own way.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A task whose process dies under it is tried again two seconds later, three times unless it says otherwise: it may be what kills it.
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_TASK_ANNOTATIONS = {"*": {"default_retry_delay": 2}}
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Workers keep their database connection for so many tasks; `celery.py` has it checked before each.
CELERY_DB_REUSE_MAX = 1000
# A dead broker must not hold a web request: one short try, then the sweep's turn.
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
    """An entry of Celery's schedule. `expires` is in seconds: a task that waited longer is dropped, because the next one does its work."""
    entry: dict[str, object] = {"task": task, "schedule": timedelta(**period)}
    if kwargs:
        entry["kwargs"] = dict(kwargs)
    if expires is not None:
        entry["options"] = {"expires": expires}
    return entry


CELERY_BEAT_SCHEDULE = {
    "sweep-received": _every("hotline.sweep_received", seconds=15, expires=15),
    "release-expired-claims": _every("hotline.release_expired_claims", minutes=1),
    "look-up-hosts": _every("hotline.look_up_hosts", seconds=15, expires=15, kwargs={"at_least": 1}),
    "confirm-hosting": _every("hotline.confirm_hosting", seconds=15, expires=15),
    "offer-checks": _every("hotline.offer_checks", minutes=1, expires=60),
    "settle-waiting": _every("hotline.update_waiting_reports", minutes=1),
    "settle-rules": _every("hotline.apply_rule_changes", minutes=1, expires=60),
    "sweep-unsent-uploads": _every("hotline.sweep_unsent_uploads", minutes=15),
    "erase-handed-over": _every("hotline.erase_handed_over", minutes=5, expires=300),
    "sweep-unmatched": _every("hotline.sweep_unmatched", seconds=15, expires=15),
    "sweep-hash-lists": _every("hotline.sweep_hash_lists", minutes=1, expires=60),
    "refresh-figures": _every("hotline.refresh_statistics", minutes=15, expires=900),
    "forget-partner-requests": _every("hotline.purge_partner_requests", hours=12),
    # Small steps, one after the other, until nothing is left.
    "erase-due": _every("hotline.erase_due", days=1, expires=3600),
    "sweep-bundles": _every("library.clean_up_bundles", seconds=15, expires=15),
    "recount-library": _every("library.update_statistics", hours=1, expires=3600),
    "sweep-news-files": _every("news.delete_orphan_files", days=1, expires=3600),
    "sweep-proofs": _every("youthpanel.resume_editions", seconds=15, expires=15),
    "erase-due-classes": _every("quizzes.erase_due_classes", minutes=10, expires=600),
    "count-impact": _every("impact.count_impact", minutes=15, expires=900),
    "settle-waiting-lists": _every("events.process_waiting_lists", minutes=1, expires=60),
    "remind-of-bookings": _every("events.queue_reminders", minutes=10, expires=600),
    "erase-bookings": _every("events.anonymise_bookings", hours=1, expires=3600),
    "tell-of-incidents": _every("youthpanel.notify_incidents", minutes=1, expires=60),
    "sweep-meeting-files": _every("youthpanel.delete_orphaned_files", days=1, expires=3600),
    "sweep-answers": _every("youthpanel.rewrite_answer_tables", hours=1, expires=3600),
    "keep-panel-records": _every("youthpanel.apply_retention", hours=6, expires=3600),
    "sweep-panel-doors": _every("youthpanel.delete_expired_sessions", minutes=10, expires=600),
    "chain-audit": _every("common.link_audit_events", seconds=5),
    "clear-sessions": _every("common.clear_sessions", hours=1, expires=3600),
    "log-audit-head": _every("common.log_audit_head", days=1),
    # Beat knows neither mailbox nor server: where the task runs and there is none, it does nothing.
    "fetch-mail": _every("hotline.fetch_mail", minutes=1, expires=50),
    "send-mail": _every("hotline.send_mail", seconds=15, expires=15),
    "send-letters": _every("events.send_emails", seconds=15, expires=15),
    "read-bounces": _every("events.read_bounces", minutes=1, expires=60),
    "send-notices": _every("hotline.send_notices", minutes=1, expires=60),
    "check-availability": _every("hotline.check_availability", seconds=30, expires=30),
    "exchange-iccam": _every("hotline.sync_iccam", seconds=15, expires=15),
    "import-iccam": _every("hotline.import_iccam", minutes=1, expires=60),
    "pack-for-police": _every("hotline.build_police_packages", seconds=30, expires=30),
    "mail-to-police": _every("hotline.send_police_packages", seconds=30, expires=30),
    "erase-police-files": _every("hotline.erase_police_files", hours=1),
}
# Tasks that wait for third-party servers have a worker of their own, so that a slow name or mail server does not delay triage.
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
    "youthpanel.notify_incidents",
)
CELERY_TASK_ROUTES = {
    **{task: {"queue": "outside"} for task in EXTERNAL_SERVER_TASKS},
    # Made where the private keys are.
    "hotline.build_police_packages": {"queue": "sealed"},
    # Reads the name that it takes out of texts.
    "youthpanel.apply_retention": {"queue": "sealed"},
}

# --- Language and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "sr"
LANGUAGES = [("sr", _("Serbian, Cyrillic")), ("sr-latn", _("Serbian, Latin")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["clicksafely.formats"]
MODELTRANSLATION_LANGUAGES = ("sr", "en")
MODELTRANSLATION_DEFAULT_LANGUAGE = "sr"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("sr",)
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Belgrade"

# --- Files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(VAR_DIR / "static")))
# Nothing names a file without its hash, and compressing takes by far the most of collecting.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_MIMETYPES = {".webmanifest": "application/manifest+json"}
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
# Media in a bucket that several machines share, with any service that speaks S3; the file has the name of a key and its secret, a line each.
# None: they lie in MEDIA_ROOT.
MEDIA_S3_BUCKET = env("MEDIA_S3_BUCKET", default="")
MEDIA_S3_ENDPOINT = env("MEDIA_S3_ENDPOINT", default="")
MEDIA_S3_REGION = env("MEDIA_S3_REGION", default="us-east-1")
MEDIA_S3_KEY_FILE = env("MEDIA_S3_KEY_FILE", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "clicksafely.common.files.static_storage.HashedStaticFilesStorage"},
}
FILE_UPLOAD_HANDLERS = ["clicksafely.common.files.image_uploads.BoundedMemoryUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
# An article of 80 blocks, each with three places for a file, empty ones included. The upload handlers bound the content of files.
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
OTP_TOTP_ISSUER = "Click Safely"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Else anybody who knows a name could keep its owner out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
# Locking by name alone keeps no address and is the stricter choice; axes warns because it usually also locks by address.
# SecurityHeadersMiddleware is Django's security and CSP middleware in one and sets X-Frame-Options, which the other two look for.
SILENCED_SYSTEM_CHECKS = ["axes.W006", "security.W001", "security.W002"]
AXES_CLIENT_IP_CALLABLE = "clicksafely.common.http.client_id.placeholder_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# A failure keeps what was typed as stars; a code would stay good for its moment, a recovery code for ever.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "otp_token", "next"]
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
SECURE_HTTPS = env.bool("SECURE_HTTPS", default=False)
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

# --- Limits: reports that a network may send in an hour before a proof of work is asked (a school or a carrier is one network),
# and all networks together ---
REPORTS_PER_HOUR = env.int("REPORTS_PER_HOUR", default=60)
REPORTS_PER_HOUR_GLOBAL = env.int("REPORTS_PER_HOUR_GLOBAL", default=2000)
CLAIM_MINUTES = env.int("CLAIM_MINUTES", default=30)
# --- Welfare of analysts: what a person opens in a day (pictures, reporters' texts, messages) before a break is suggested instead of the next
# case; after how many minutes at such content a break is suggested anyway; and how long one is ---
EXPOSURE_LIMIT = env.int("EXPOSURE_LIMIT", default=40)
BREAK_AFTER_MINUTES = env.int("BREAK_AFTER_MINUTES", default=90)
BREAK_MINUTES = env.int("BREAK_MINUTES", default=15)

# --- Mail in: the mailbox that reports come to, imaps://user:password@host:port/folder (the password may lie in a file), over TLS that is
# always verified, with MAIL_CA_FILE against our own authority. What was taken in is removed, or kept in a folder for MAIL_RETENTION_DAYS; what
# could not be read whole is put aside ---
MAIL_IMAP_URL = env("MAIL_IMAP_URL", default="")
MAIL_IMAP_PASSWORD_FILE = env("MAIL_IMAP_PASSWORD_FILE", default="")
MAIL_CA_FILE = env("MAIL_CA_FILE", default="")
MAIL_RETENTION_DAYS = env.int("MAIL_RETENTION_DAYS", default=0)
MAIL_PROCESSED_FOLDER = env("MAIL_PROCESSED_FOLDER", default="Taken in by the portal")
MAIL_UNPROCESSED_FOLDER = env("MAIL_UNPROCESSED_FOLDER", default="Not read by the portal")
MAIL_MAX_BYTES = env.int("MAIL_MAX_BYTES", default=50 * 1024 * 1024)

# --- Mail out: answers to what came by e-mail, and "there is news". Nothing goes out without a server, an address and the secret; nobody is
# answered whom our own receiving server, MAIL_AUTHSERV_ID in its Authentication-Results, has not authenticated ---
MAIL_ADDRESS = env("MAIL_ADDRESS", default="")
MAIL_AUTHSERV_ID = env("MAIL_AUTHSERV_ID", default="")
MAIL_SMTP_URL = env("MAIL_SMTP_URL", default="")
MAIL_SMTP_PASSWORD_FILE = env("MAIL_SMTP_PASSWORD_FILE", default="")
MAIL_SECRET = env("MAIL_SECRET", default="")

# --- Mail of events: the address that confirmations come from and that schools answer to, and its mailbox, in which what came back undelivered
# is looked for; all else in it is left to whoever reads it. It goes out by MAIL_SMTP_URL ---
EVENTS_MAIL_ADDRESS = env("EVENTS_MAIL_ADDRESS", default="")
EVENTS_MAIL_IMAP_URL = env("EVENTS_MAIL_IMAP_URL", default="")
EVENTS_MAIL_IMAP_PASSWORD_FILE = env("EVENTS_MAIL_IMAP_PASSWORD_FILE", default="")

# --- Notices to hosts: minutes for which what one contact is to be told is gathered before the first message, hours between reminders and
# how many there are before the next contact is told, the days of the week (1 Monday to 7) on which they go out, and the hour (Belgrade) at
# which what fell on another day does; who gives notice, named except about CSAM ---
TAKEDOWN_FIRST_AFTER_MINUTES = env.int("TAKEDOWN_FIRST_AFTER_MINUTES", default=60)
TAKEDOWN_REMINDER_HOURS = env.int("TAKEDOWN_REMINDER_HOURS", default=24)
TAKEDOWN_REMINDERS = env.int("TAKEDOWN_REMINDERS", default=3)
TAKEDOWN_WEEKDAYS = env.list("TAKEDOWN_WEEKDAYS", cast=int, default=[1, 2, 3, 4, 5])
TAKEDOWN_SEND_HOUR = env.int("TAKEDOWN_SEND_HOUR", default=8)
TAKEDOWN_SENDER_NAME = env("TAKEDOWN_SENDER_NAME", default="Net Patrola")

# --- Hosting: the name servers that are asked where content is (address or address:port; none: the machine's own), for so many seconds a
# host; how long an answer is good for; the operator's databases (MMDB) of the countries and networks of addresses ---
DNS_RESOLVERS = env.list("DNS_RESOLVERS", default=[])
DNS_LIFETIME = env.float("DNS_LIFETIME", default=3.0)
HOSTING_TTL_HOURS = env.int("HOSTING_TTL_HOURS", default=24)
MMDB_COUNTRY = env("MMDB_COUNTRY", default="")
MMDB_ASN = env("MMDB_ASN", default="")

# --- Monitoring: whether content that was handed over is still there. Nothing is asked for unless it is switched on. A proxy is http:// or
# socks5:// (onion services are asked for over the latter alone), with AVAILABILITY_CA_FILE where it has an authority of its own. Networks that
# are asked although they are private are for demonstrations and tests ---
AVAILABILITY_CHECKS = env.bool("AVAILABILITY_CHECKS", default=False)
AVAILABILITY_PROXY = env("AVAILABILITY_PROXY", default="")
AVAILABILITY_CA_FILE = env("AVAILABILITY_CA_FILE", default="")
AVAILABILITY_USER_AGENT = env(
    "AVAILABILITY_USER_AGENT", default="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
)
AVAILABILITY_ALLOW_NETWORKS = env.list("AVAILABILITY_ALLOW_NETWORKS", default=[])

# --- Hashes: how large the file of a hash list may be (2 GB are 65 million MD5) ---
HASH_LIST_MAX_BYTES = env.int("HASH_LIST_MAX_BYTES", default=2 * 1024**3)

# --- Partner API: reports that a partner may send in an hour unless its own limit says otherwise, and days for which idempotency keys hold ---
PARTNER_REPORTS_PER_HOUR = env.int("PARTNER_REPORTS_PER_HOUR", default=1000)
PARTNER_IDEMPOTENCY_DAYS = env.int("PARTNER_IDEMPOTENCY_DAYS", default=7)

# --- ICCAM, the exchange of INHOPE's hotlines: off without ICCAM_URL (https). It knows us by a client certificate and by name and password;
# TLS is always verified, with ICCAM_CA_FILE against that authority instead of the machine's ---
ICCAM_URL = env("ICCAM_URL", default="")
ICCAM_CERT_FILE = env("ICCAM_CERT_FILE", default="")
ICCAM_KEY_FILE = env("ICCAM_KEY_FILE", default="")
ICCAM_CA_FILE = env("ICCAM_CA_FILE", default="")
ICCAM_USER = env("ICCAM_USER", default="")
ICCAM_PASSWORD_FILE = env("ICCAM_PASSWORD_FILE", default="")
ICCAM_COUNTRY = env("ICCAM_COUNTRY", default="RS")

# --- Packages for the police: the hour in Belgrade at which packages of a day are made, days for which files are kept after the hand-over.
# They are made where the private keys are, by a worker of their own in production, and sent by e-mail by the part that reaches mail servers ---
POLICE_PACKAGE_HOUR = env.int("POLICE_PACKAGE_HOUR", default=8)
POLICE_RETENTION_DAYS = env.int("POLICE_RETENTION_DAYS", default=30)

# --- Youth panel: days after leaving until a member is forgotten, and the list of whom to forget again after a backup was restored. It lies
# outside the database and must not be restored with it ---
PANEL_RETENTION_DAYS = env.int("PANEL_RETENTION_DAYS", default=180)
PANEL_ERASURE_LOG = Path(env("PANEL_ERASURE_LOG", default=str(VAR_DIR / "panel-erasures.txt")))

# --- security.txt: where weaknesses are reported (e-mail addresses or https addresses); none: the page with the Centre's contacts ---
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])

# --- Figures for Prometheus: who may read /metrics at the staff door; nobody without it ---
METRICS_TOKEN = env("METRICS_TOKEN", default="")

LOGGING_CONFIG = "clicksafely.common.logs.configure"
# Not empty: Django would not call the function for an empty one.
LOGGING = {"level": env("LOG_LEVEL", default="INFO")}
