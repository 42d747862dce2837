"""System check of the crisis lexicon."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from awareness.gathering.crisis.lexicon import LEXICON, LexiconError, load_lexicon


@register
def check_crisis_lexicon(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """gathering.E101: lexicon.toml can be read, and every entry is valid."""
    try:
        load_lexicon(LEXICON)
    except (LexiconError, OSError) as error:
        return [Error(f"The crisis lexicon cannot be read: {error}.", id="gathering.E101")]
    return []
