"""System check of the crisis lexicon."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from awareness.search.crisis.lexicon import LEXICON, LexiconError, load_lexicon


@register
def check_crisis_lexicon(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """search.E101: lexicon.toml can be read, and every entry is valid."""
    try:
        load_lexicon(LEXICON)
    except (LexiconError, OSError) as error:
        return [Error(f"The crisis lexicon cannot be read: {error}.", id="search.E101")]
    return []
