"""Which fields of a question and its answers each kind needs; the others are hidden from who writes one."""

from typing import Final

from awareness.quizzes.questions.kinds import KEEP_ORDER, Kind

_CHOICE: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.SINGLE: ("weight", "feedback"),
    Kind.MULTIPLE: ("weight", "feedback", "missed"),
    Kind.TRUE_FALSE: ("weight", "feedback"),
    Kind.ORDERING: ("feedback", "missed"),
    Kind.MATCHING: ("match", "feedback", "missed"),
    Kind.SORTING: ("match", "feedback", "missed"),
    Kind.CLUES: ("role", "weight", "feedback", "missed"),
    Kind.SCENARIO: ("at", "leads_to", "weight", "feedback"),
    Kind.POLL: ("feedback",),
    Kind.SHORT: ("weight", "feedback"),
    Kind.NUMERIC: ("tolerance", "weight", "feedback"),
}


def used_fields() -> dict[str, list[str]]:
    """By kind: the fields that it needs beside those that all have. "situations" stands for the whole part."""
    return {
        kind.value: [
            *_CHOICE[kind],
            *(["frame"] if kind == Kind.CLUES else []),
            *(["situations"] if kind == Kind.SCENARIO else []),
            *([] if kind in KEEP_ORDER or kind == Kind.ORDERING else ["shuffle"]),
        ]
        for kind in Kind
    }
