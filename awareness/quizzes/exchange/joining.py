"""A file in one language beside questions that are there in the other: where they fit together, they become one."""

from dataclasses import replace

from awareness.quizzes.questions.shape import Question, Words


def joined(stored: Question, found: Question, language: str) -> Question | None:
    """`stored` with the texts of `found` in `language` ("sr" or "en"), which are all that a file in one language says.

    None where they are not the same question, or `stored` says something else in that language.
    """
    if not _same_frame(stored, found) or not getattr(found.text, language):
        return None
    pairs = zip(stored.choices, found.choices, strict=True)
    together = replace(
        stored,
        text=_both(stored.text, found.text, language),
        explanation=_both(stored.explanation, found.explanation, language),
        choices=tuple(
            replace(
                mine,
                text=_both(mine.text, theirs.text, language),
                match=_both(mine.match, theirs.match, language),
                feedback=_both(mine.feedback, theirs.feedback, language),
            )
            for mine, theirs in pairs
        ),
    )
    return together if together == stored or not getattr(stored.text, language) else None


def _same_frame(stored: Question, found: Question) -> bool:
    """Everything but the words is the same."""
    frames = [
        (question.kind, [(choice.weight, choice.tolerance or 0) for choice in question.choices])
        for question in (stored, found)
    ]
    places = [[question.groups.index(choice.match) for choice in question.choices] for question in (stored, found)]
    return frames[0] == frames[1] and places[0] == places[1]


def _both(mine: Words, theirs: Words, language: str) -> Words:
    return replace(mine, **{language: getattr(theirs, language)}) if getattr(theirs, language) else mine
