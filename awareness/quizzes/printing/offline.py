"""A quiz as a single HTML file with its styles, script and data, for use offline."""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import gettext, ngettext, pgettext

from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import Question, Quiz
from awareness.quizzes.labels import (
    CORRECT_CHOICE_LABEL,
    OUTCOME_LABELS,
    VERDICTS,
    ChoiceOutcome,
    Verdict,
)
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES, SERBIAN
from clicksafely.common.serbian.scripts import source_title, to_script

_ASSETS: Final = Path(__file__).parent / "assets"
# Characters that would end the script or a line in it.
_UNSAFE: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


class Assets(NamedTuple):
    """Contents that all files share, with the Content-Security-Policy that allows them."""

    style: str
    script: str
    policy: str


@cache
def assets() -> Assets:
    """Read the assets once."""
    style = (_ASSETS / "offline.css").read_text("utf-8")
    script = "\n".join((_ASSETS / name).read_text("utf-8") for name in ("marking.js", "playing.js"))
    policy = (
        f"default-src 'none'; script-src '{csp_digest(script)}'; style-src '{csp_digest(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return Assets(style, script, policy)


def page_of(quiz: Quiz, *, language: str, home: str) -> str:
    """Return the file. `home`: the URL of the quiz, shown as text."""
    foreign = language == ENGLISH and not quiz.title.en
    context = {
        "title": quiz.title.read(language),
        "tag": LANGUAGES[SERBIAN if foreign else language].tag,
        "parts": assets(),
        "data": data_of(quiz, language),
        "home": home,
    }
    return render_to_string("public/quizzes/offline.html", context)


def data_of(quiz: Quiz, language: str) -> str:
    """Return the quiz in one language and script as JSON, safe inside a script element."""

    def in_script(text: str) -> str:
        return to_script(text, language)

    data = {
        "quiz": {
            "summary": in_script(quiz.summary.read(language)),
            "closings": [
                {"from": closing.from_percent, "text": in_script(closing.text.read(language))}
                for closing in sorted(quiz.closings, key=lambda closing: closing.from_percent)
            ],
        },
        "questions": [question_data(question, language) for question in quiz.questions],
        "words": {name: _each(words, in_script) for name, words in _words(len(quiz.questions)).items()},
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def question_data(question: Question, language: str) -> dict[str, Any]:
    """Return a question for the script. `group`: index of the choice's group; `patterns`: accepted written answers."""

    def in_script(text: str) -> str:
        return to_script(text, language)

    kind, groups = kind_of(question), question.groups
    return {
        "control": kind.control,
        "scored": kind.is_scored,
        "mixed_groups": kind.shuffles_groups,
        "text": in_script(question.text.read(language)),
        "how": in_script(str(kind.instruction)),
        "missing": in_script(str(kind.missing_answer)),
        "frame": question.frame if "frame" in kind.editor_fields else "",
        "shuffle": question.shuffle and kind.can_shuffle,
        "explanation": in_script(question.explanation.read(language)),
        "source": source_title(question.source_title, language),
        "groups": [in_script(group.read(language)) for group in groups],
        "situations": {str(each.number): in_script(each.text.read(language)) for each in question.situations},
        "choices": [
            {
                "text": in_script(choice.text.read(language)),
                "group": groups.index(choice.match),
                "weight": float(choice.weight),
                "feedback": in_script(choice.feedback.read(language)),
                "missed": in_script(choice.missed.read(language)),
                "role": choice.role,
                "at": choice.at,
                "leads": choice.leads_to,
                # Not converted: the script compares both scripts itself.
                "patterns": [choice.text.sr, choice.text.en],
                "shown": in_script(kind.accepted_text(choice, language)),
                "tolerance": f"{choice.tolerance:f}" if choice.tolerance else "",
            }
            for choice in question.choices
        ],
    }


def _words(number: int) -> dict[str, Any]:
    """Interface texts of the script, with placeholders in braces."""
    return {
        "begin": pgettext("quiz", "Begin"),
        "answer": pgettext("button", "Answer"),
        "next": pgettext("quiz", "Next"),
        "finish": pgettext("quiz", "To the result"),
        "again": gettext("Play again"),
        "you": pgettext("quiz", "You"),
        "wrote": gettext("You wrote:"),
        "accepted": gettext("Right answer:"),
        "source": gettext("Source:"),
        "example": gettext("An example, made up for practice"),
        "result": gettext("You have reached the end!"),
        "progress": gettext("Question {number} of {all}"),
        "score": gettext("Completely right: {number} of {all}"),
        "given": gettext("you put it in position {number}"),
        "chosen_pair": gettext("you chose “{text}”"),
        "count": ngettext("%(number)d question", "%(number)d questions", number) % {"number": number},
        "right": str(OUTCOME_LABELS[ChoiceOutcome.RIGHT]),
        "wrong": str(OUTCOME_LABELS[ChoiceOutcome.WRONG]),
        "missed": str(OUTCOME_LABELS[ChoiceOutcome.MISSED]),
        "chosen": str(OUTCOME_LABELS[ChoiceOutcome.CHOSEN]),
        "the_right_one": str(CORRECT_CHOICE_LABEL),
        "verdicts": {verdict.value: str(VERDICTS[verdict]) for verdict in Verdict},
    }


def _each(words: Any, convert: Any) -> Any:
    return {name: convert(text) for name, text in words.items()} if isinstance(words, dict) else convert(words)


def csp_digest(text: str) -> str:
    """Return the source expression of an inline script or style in a Content-Security-Policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
