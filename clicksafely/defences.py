"""What every request passes before a view, what a page may load, what a password must be. Nothing here depends on the environment."""

from typing import Any, Final

from django.utils.csp import CSP

MIDDLEWARE: Final = [
    "clicksafely.watching.latency.LatencyMiddleware",
    "clicksafely.common.middleware.RequestIdMiddleware",
    "clicksafely.common.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clicksafely.common.unstored.UnstoredPagesMiddleware",
    "clicksafely.common.language.PrefixLanguageMiddleware",
    "clicksafely.common.script.LatinScriptMiddleware",
    "clicksafely.common.demomark.DemonstrationMarkMiddleware",
    "clicksafely.common.middleware.DatabaseDownMiddleware",
    "django.middleware.common.CommonMiddleware",
    # None of these touches a cookie until a view asks for the session, the user or a token; public views never do.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

POLICY: Final[dict[str, list[str]]] = {
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

PASSWORD_VALIDATORS: Final[list[dict[str, Any]]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
