"""The system check of the settings about ICCAM."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from hotline.referral.iccam import config

TAG = "clicksafely"
HINTS = {
    "ICCAM_URL": "Set it to the address that INHOPE gave you, such as https://iccam.example.org/, or leave it empty to take no part.",
    "ICCAM_USER": "Set it to the name that INHOPE gave your program.",
    "ICCAM_PASSWORD_FILE": "Set it to a file that holds the password in its first line and that only the workers may read.",
    "ICCAM_COUNTRY": "Set it to the code of your country, such as RS.",
    "ICCAM_CA_FILE": "Set it to the certificate of the authority (PEM), or leave it empty to trust those of the machine.",
    "ICCAM_CERT_FILE": "Set both to PEM files: the client certificate that INHOPE accepts, and its key without a password.",
    "ICCAM_KEY_FILE": "Set both to PEM files: the client certificate that INHOPE accepts, and its key without a password.",
}


@register(TAG)
def check_iccam(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """hotline.E401: where ICCAM is named, it can be spoken to with what the settings say."""
    if not config.is_configured():
        return []
    try:
        config.read_config()
    except ValueError as error:
        return [Error(f"{error}.", hint=HINTS[str(error).partition(" ")[0]], id="hotline.E401")]
    return []
