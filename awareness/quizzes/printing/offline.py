"""A quiz as one HTML file that needs no network: its styles, its script and its data stand in it."""

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import gettext, ngettext, pgettext

from awareness.quizzes.kinds.schemas import Question, Quiz
from awareness.quizzes.labels import (
    CORRECT_CHOICE_LABEL,
    INSTRUCTIONS,
    MISSING_ANSWER_TEXTS,
    OUTCOME_LABELS,
    VERDICTS,
    ChoiceOutcome,
    Verdict,
)
from awareness.quizzes.printing.worksheet import accepted_answer_text
from clicksafely.common.i18n.language import ENGLISH, LANGUAGES, SERBIAN
from clicksafely.common.serbian.scripts import source_title, to_script

_ASSETS: Final = Path(__file__).parent / "assets"
# What would end the script, or a line of it, inside a page.
_UNSAFE: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


class Assets(NamedTuple):
    """What is the same in every file, and the policy by which a browser runs this and nothing else."""

    style: str
    script: str
    policy: str


@cache
def assets() -> Assets:
    """Read once."""
    style = (_ASSETS / "offline.css").read_text("utf-8")
    script = "\n".join((_ASSETS / name).read_text("utf-8") for name in ("marking.js", "playing.js"))
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    return Assets(style, script, policy)


def page_of(quiz: Quiz, *, language: str, home: str) -> str:
    """The file; `home` is the address of the quiz on the site, to be read, not to be followed."""
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
    """The quiz in one language as JSON that can stand in a page; Serbian in the script of the language."""

    def said(text: str) -> str:
        return to_script(text, language)

    data = {
        "quiz": {
            "summary": said(quiz.summary.read(language)),
            "closings": [
                {"from": closing.from_percent, "text": said(closing.text.read(language))}
                for closing in sorted(quiz.closings, key=lambda closing: closing.from_percent)
            ],
        },
        "questions": [question_data(question, language) for question in quiz.questions],
        "words": {name: _each(words, said) for name, words in _words(len(quiz.questions)).items()},
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def question_data(question: Question, language: str) -> dict[str, Any]:
    """A question as the script of the file reads it: `group` is the place of what a choice belongs to, `patterns` are what is accepted in writing."""

    def said(text: str) -> str:
        return to_script(text, language)

    groups = question.groups
    return {
        "kind": question.kind.value,
        "text": said(question.text.read(language)),
        "how": said(str(INSTRUCTIONS[question.kind])),
        "missing": said(str(MISSING_ANSWER_TEXTS[question.kind])),
        "frame": question.frame,
        "shuffle": question.shuffle,
        "explanation": said(question.explanation.read(language)),
        "source": source_title(question.source_title, language),
        "groups": [said(group.read(language)) for group in groups],
        "situations": {str(each.number): said(each.text.read(language)) for each in question.situations},
        "choices": [
            {
                "text": said(choice.text.read(language)),
                "group": groups.index(choice.match),
                "weight": float(choice.weight),
                "feedback": said(choice.feedback.read(language)),
                "missed": said(choice.missed.read(language)),
                "role": choice.role,
                "at": choice.at,
                "leads": choice.leads_to,
                # Judged in either script, so that these stay as they were written.
                "patterns": [choice.text.sr, choice.text.en],
                "shown": said(accepted_answer_text(choice, language, question.kind)),
                "tolerance": f"{choice.tolerance:f}" if choice.tolerance else "",
            }
            for choice in question.choices
        ],
    }


def _words(number: int) -> dict[str, Any]:
    """What the script says itself; places for numbers are in braces."""
    return {
        "begin": pgettext("quiz", "Begin"),
        "answer": pgettext("button", "Answer"),
        "next": pgettext("quiz", "Next"),
        "finish": pgettext("quiz", "To the result"),
        "again": gettext("Play again"),
        "you": pgettext("quiz", "You"),
        "wrote": gettext("You wrote:"),
        "accepted": gettext("Right is:"),
        "source": gettext("Source:"),
        "example": gettext("An example, made up for practice"),
        "result": gettext("You have reached the end!"),
        "progress": gettext("Question {number} of {all}"),
        "score": gettext("Wholly right: {number} of {all}"),
        "given": gettext("you gave it number {number}"),
        "chosen_pair": gettext("you chose “{text}”"),
        "count": ngettext("%(number)d question", "%(number)d questions", number) % {"number": number},
        "right": str(OUTCOME_LABELS[ChoiceOutcome.RIGHT]),
        "wrong": str(OUTCOME_LABELS[ChoiceOutcome.WRONG]),
        "missed": str(OUTCOME_LABELS[ChoiceOutcome.MISSED]),
        "chosen": str(OUTCOME_LABELS[ChoiceOutcome.CHOSEN]),
        "the_right_one": str(CORRECT_CHOICE_LABEL),
        "verdicts": {verdict.value: str(VERDICTS[verdict]) for verdict in Verdict},
    }


def _each(words: Any, said: Any) -> Any:
    return {name: said(text) for name, text in words.items()} if isinstance(words, dict) else said(words)


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
