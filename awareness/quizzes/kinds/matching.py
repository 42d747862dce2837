"""Match each item with its pair."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.quizzes.import_export.gift.text import release
from awareness.quizzes.kinds import base
from awareness.quizzes.kinds.base import Answer, AnswerScore, ChoiceFeedback, PostedAnswer, QuestionKind
from awareness.quizzes.kinds.schemas import EMPTY_TEXT, Choice, Question, QuestionProblem

if TYPE_CHECKING:
    from awareness.quizzes.import_export.gift.parser import AnswerParser
    from awareness.quizzes.import_export.gift.writer import QuestionWriter


class Matching(QuestionKind):
    """Each choice is assigned to one of the counterparts, which are shuffled too."""

    code = "matching"
    label = pgettext_lazy("question", "Match")
    instruction = _("Match each item with its pair.")
    instruction_without_script = _("Choose from the list next to each item.")
    missing_answer = _("One item has no pair yet. Find a pair for each.")
    paper_instruction = _("Write the letter of the pair on the line.")
    template = "pairing"
    paper_template = "pairs"
    control = "pairs"
    editor_fields = ("match", "feedback", "missed")
    can_shuffle = True
    shuffles_groups = True
    is_placed = True
    in_gift = True
    gift_syntax = "pairs"

    def read(self, question: Question, data: Any) -> tuple[int, ...] | None:
        places = base.read_places(question, data)
        fits = places and len(places) == len(question.choices)
        return places if places and fits and all(0 <= place < len(question.groups) for place in places) else None

    def score(self, question: Question, answer: Any) -> AnswerScore:
        groups = question.groups
        paired = {place for place, group in enumerate(answer) if groups[group] == question.choices[place].match}
        return AnswerScore(len(paired) / len(answer), base.flags(question, paired), (True,) * len(answer))

    def problems(self, question: Question) -> Iterator[QuestionProblem]:
        for place, choice in enumerate(question.choices):
            if not choice.match:
                yield QuestionProblem(base.choice_label(place), gettext("Enter its pair or group."))
        groups = question.groups
        if len(groups) < 2:
            yield QuestionProblem(gettext("Answers"), gettext("At least two different pairs or groups are needed."))
        if len({group.sr for group in groups if group.sr}) < len([group for group in groups if group.sr]):
            yield QuestionProblem(
                gettext("Answers"), gettext("Two groups have the same name in Serbian and different ones in English.")
            )

    def group_order(self, question: Question, seed: str) -> list[int]:
        places = list(range(len(question.groups)))
        return base.shuffled(places, f"{seed}-groups", question.name) if self.shuffles_groups else places

    def read_posted(self, question: Question, post: QueryDict) -> PostedAnswer:
        put = base.posted_numbers(question, post, 0, len(question.groups))
        group_places = [put.get(place, -1) for place in range(len(question.choices))]
        return self.judged(question, group_places, PostedAnswer(put=put))

    def outcomes(
        self, question: Question, answer: Answer | None, mark: AnswerScore | None, language: str, seed: str
    ) -> Iterator[ChoiceFeedback]:
        groups = question.groups
        for place in self.order(question, seed):
            choice = question.choices[place]
            mine = groups[int(answer[place])] if answer else None
            yield base.placed_feedback(
                choice,
                language,
                own_place=None if mine is None else mine.read(language),
                right_place=choice.match.read(language),
                is_right=mine == choice.match,
            )

    def key(
        self, question: Question, language: str, letters: Mapping[int, str], groups: Mapping[int, str]
    ) -> Iterator[str]:
        for place, letter in letters.items():
            choice = question.choices[place]
            group = groups[question.groups.index(choice.match)]
            yield f"{letter}. {choice.text.read(language)} – {group}. {choice.match.read(language)}"

    def read_gift(self, parser: "AnswerParser") -> tuple[str, list[Choice]]:
        """Repeated counterparts are groups."""
        pairs = list(_read_pairs(parser))
        return ("sorting" if len({choice.match for choice in pairs}) < len(pairs) else self.code), pairs

    def write_gift(self, writer: "QuestionWriter") -> str:
        if any(choice.feedback for choice in writer.question.choices):
            writer.lost.append(gettext("Feedback on single pairs was left out."))
        return writer.lines(
            lambda choice: f"={writer.without_arrow(writer.text(choice.text))} -> {writer.plain(choice.match)}"
        )


def _read_pairs(parser: "AnswerParser") -> Iterator[Choice]:
    for _sign, part, place in parser.parts("=", parser.inside, parser.begins):
        left, arrow, right = part.partition("->")
        # Moodle reads the counterpart as plain text in every format.
        belongs = release(right).strip()
        if not arrow:
            parser.reader.note(place, gettext("-> is missing. Write pairs as “one -> other”."))
        elif not left.strip():
            parser.reader.note(
                place,
                gettext("“%(text)s” has no counterpart and was left out. Extra wrong pairs are not supported.")
                % {"text": belongs[:60]},
                blocking=False,
            )
        else:
            parser.mark_line(part, place)
            text = parser.reader.text(left, place)
            match = parser.reader.words(belongs) if belongs else EMPTY_TEXT
            yield Choice(text=parser.reader.words(text), match=match)
