"""Editor hints for a saved quiz: incomplete parts that do not block saving."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from awareness.publishing.audiences import Level
from awareness.publishing.editor_hints import EditorHint, script_hints, translation_hints
from awareness.publishing.next_steps import is_step_available
from awareness.quizzes.kinds.validation import question_problems
from awareness.quizzes.models import Question, Quiz
from awareness.quizzes.selectors import questions_of, to_question_data

MIN_QUESTIONS: Final = 5
# Words in a sentence. Longer ones are hard to follow for the youngest pupils.
MAX_SENTENCE_LENGTH: Final = 14
_SENTENCE: Final = re.compile(r"[^.!?\n]+")


def quiz_hints(quiz: Quiz, now: datetime) -> list[EditorHint]:
    """Hints about a quiz loaded with `prefetch_quiz_parts`: its own fields, closings, next steps and questions."""
    return [
        *(*translation_hints(quiz), *_of_itself(quiz), *_of_closings(quiz)),
        *(*_of_next(quiz, now), *_of_questions(quiz)),
    ]


def _of_itself(quiz: Quiz) -> Iterator[EditorHint]:
    number = len(quiz.entries.all())
    if number < MIN_QUESTIONS:
        yield EditorHint(
            _("Questions"),
            ngettext(
                "There is only %(number)d question. A quiz needs at least five.",
                "There are only %(number)d questions. A quiz needs at least five.",
                number,
            )
            % {"number": number},
        )
    if not quiz.topics.all():
        yield EditorHint(_("Topics"), _("The quiz has no topic, so no topic page links to it."))


def _of_closings(quiz: Quiz) -> Iterator[EditorHint]:
    closings = list(quiz.closings.all())
    if not any(closing.from_percent == 0 for closing in closings):
        yield EditorHint(_("Closing texts"), _("No closing text starts from 0, so players with low scores see none."))
    for closing in closings:
        for hint in translation_hints(closing):
            yield EditorHint(f"{_('Closing texts')} {closing}", hint.what)


def _of_next(quiz: Quiz, now: datetime) -> Iterator[EditorHint]:
    steps = list(quiz.next_steps.all())
    if not steps:
        yield EditorHint(_("Next steps"), _("No next steps are suggested after the quiz."))
    for step in steps:
        if not is_step_available(step, now=now):
            yield EditorHint(
                f"{_('Next steps')}, {step}", _("The link does not work. There is no page at this address.")
            )


def _of_questions(quiz: Quiz) -> Iterator[EditorHint]:
    for number, question in enumerate(questions_of(quiz), 1):
        where = _("Question %(number)d, “%(name)s”") % {"number": number, "name": question.name}
        yield from (EditorHint(where, what) for what in question_hints(question, quiz.level))


def question_hints(question: Question, level: str) -> Iterator[str]:
    """Yield the hints about a question, loaded with its parts, in a quiz for `level`."""
    plain = to_question_data(question)
    yield from (f"{problem.where}: {problem.what}" for problem in question_problems(plain))
    texts = [plain.text, plain.explanation, plain.discussion, *(choice.text for choice in plain.choices)]
    texts += [words for choice in plain.choices for words in (choice.match, choice.feedback, choice.missed)]
    texts += [situation.text for situation in plain.situations]
    if any(words.sr and not words.en for words in texts):
        yield _("Some English texts are missing.")
    if any(words.en and not words.sr for words in texts):
        yield _("Some Serbian texts are missing.")
    yield from script_hints(
        "\n".join([plain.source_title, *(text for words in texts for text in (words.sr, words.en))])
    )
    if not plain.source_title:
        yield _("The source is missing.")
    if not plain.explanation:
        yield _("The explanation is missing.")
    if level == Level.YOUNGEST:
        long = max((len(sentence.split()) for sentence in _SENTENCE.findall(plain.text.sr)), default=0)
        if long > MAX_SENTENCE_LENGTH:
            yield _("A sentence of %(number)d words is too long for this age.") % {"number": long}
