"""System checks of the youth panel's content files."""

from pathlib import Path
from typing import Final

from clicksafely.common.checks import Rule
from clicksafely.common.content.schema import find_problems

_FILES: Final = ("members/pseudonyms.yaml", "members/consent_form.yaml", "consultations/templates.yaml")
RULES: Final = (
    Rule(
        id="youthpanel.E101",
        problems=lambda: find_problems(*(Path(__file__).parent / name for name in _FILES)),
        hint="Correct the line, or restore the file of the release.",
    ),
)
