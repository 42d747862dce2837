"""Form data of the quiz admin."""

from typing import Any

from awareness.quizzes.kinds.schemas import BilingualText, Choice
from awareness.quizzes.kinds.schemas import Question as Plain
from awareness.quizzes.models import Question, Quiz


def question_data(question: Plain, row: Question | None = None, **changes: Any) -> dict[str, Any]:
    """Return form data of a new question, or of the stored `row`."""
    data: dict[str, Any] = {
        "kind": question.kind,
        "frame": question.frame,
        "name": question.name,
        "source_title": question.source_title,
        "source_url": question.source_url,
        "level": question.level,
        "difficulty": question.difficulty,
        "category": question.category,
        "topic": "",
        **_both("text", question.text),
        **_both("explanation", question.explanation),
        **_both("discussion", question.discussion),
        "choices-TOTAL_FORMS": len(question.choices) + 1,
        "choices-INITIAL_FORMS": 0,
        "situations-TOTAL_FORMS": len(question.situations),
        "situations-INITIAL_FORMS": 0,
    }
    if question.shuffle:
        data["shuffle"] = "on"
    for place, choice in enumerate(question.choices):
        data |= {f"choices-{place}-{name}": value for name, value in _choice(choice).items()}
    data |= {f"choices-{len(question.choices)}-{name}": value for name, value in _EMPTY.items()}
    for place, situation in enumerate(question.situations):
        data |= {f"situations-{place}-number": situation.number}
        data |= _both(f"situations-{place}-text", situation.text)
    if row is not None:
        data |= {"opened": row.revision}
        for prefix, parts in (("choices", row.choices.all()), ("situations", row.situations.all())):
            data[f"{prefix}-INITIAL_FORMS"] = len(parts)
            for place, part in enumerate(parts):
                data |= {f"{prefix}-{place}-id": part.pk, f"{prefix}-{place}-question": row.pk}
                if prefix == "choices":
                    data[f"choices-{place}-order"] = part.order  # type: ignore[attr-defined]
    return data | changes


def quiz_data(*questions: Question, row: Quiz | None = None, **changes: Any) -> dict[str, Any]:
    """Return form data of a quiz with these questions, new or stored as `row`, whose parts stay."""
    entries = list(row.entries.all()) if row else []
    closings = list(row.closings.all()) if row else []
    data: dict[str, Any] = {
        "title_sr": "Провера",
        "summary_sr": "Укратко.",
        "level": "7-10",
        "minutes": 5,
        "slug": "provera",
        "published_at_0": "",
        "published_at_1": "",
        "withdrawn_at_0": "",
        "withdrawn_at_1": "",
        "entries-TOTAL_FORMS": len(entries) + len(questions),
        "entries-INITIAL_FORMS": len(entries),
        "closings-TOTAL_FORMS": len(closings) or 1,
        "closings-INITIAL_FORMS": len(closings),
        "next_steps-TOTAL_FORMS": 0,
        "next_steps-INITIAL_FORMS": 0,
        "closings-0-from_percent": 0,
        "closings-0-text_sr": "Крај.",
    }
    if row is not None:
        data["opened"] = row.revision
    for place, entry in enumerate(entries):
        data |= {f"entries-{place}-id": entry.pk, f"entries-{place}-quiz": row.pk if row else ""}
        data |= {f"entries-{place}-question": entry.question_id, f"entries-{place}-order": entry.order}
    for place, closing in enumerate(closings):
        data |= {f"closings-{place}-id": closing.pk, f"closings-{place}-quiz": row.pk if row else ""}
    for place, question in enumerate(questions, len(entries)):
        data |= {f"entries-{place}-question": question.pk, f"entries-{place}-order": ""}
    return data | changes


_EMPTY = {"order": "", "weight": "0", "role": "", "tolerance": "", "at": "0", "leads_to": ""}


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "order": "",
        "weight": choice.weight,
        "role": choice.role,
        "tolerance": "" if choice.tolerance is None else choice.tolerance,
        "at": choice.at,
        "leads_to": "" if choice.leads_to is None else choice.leads_to,
        **_both("text", choice.text),
        **_both("match", choice.match),
        **_both("feedback", choice.feedback),
        **_both("missed", choice.missed),
    }


def _both(name: str, words: BilingualText) -> dict[str, str]:
    return {f"{name}_sr": words.sr, f"{name}_en": words.en}
