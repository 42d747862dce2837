"""White Papers and editions: `make_paper()`, `issue(paper, user)`, `make_handover(edition, user)`."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from clicksafely.accounts.models import User
from tests.factories.youthpanel import NOW, make_recommendation
from youthpanel.models import Chapter, Edition, Handover, Recommendation, WhitePaper, WhitePaperRecommendation
from youthpanel.white_papers.content import BilingualText, EditionContent, RecommendationContent
from youthpanel.white_papers.publishing import make_edition, start_edition
from youthpanel.white_papers.services import record_handover

NOTHING: BilingualText = {"sr": "", "en": ""}


def both(sr: str, en: str = "") -> BilingualText:
    """A text in both languages."""
    return {"sr": sr, "en": en}


def make_paper(*recommendations: Recommendation, **fields: Any) -> WhitePaper:
    """A publishable paper with a chapter and an annex, and with one recommendation by default."""
    defaults: dict[str, Any] = {
        "slug": f"knjiga-{secrets.token_hex(3)}",
        "title_sr": "Питајте нас",
        "title_en": "Ask us",
        "foreword_sr": "<p>Пишемо заједно, <strong>сви</strong>.</p>",
        "foreword_en": "<p>We write together, <strong>all of us</strong>.</p>",
        "method_sr": "<p>Састајали смо се и гласали.</p>",
        "method_en": "<p>We met and voted.</p>",
    }
    paper = WhitePaper.objects.create(**{**defaults, **fields})
    words = {"text_sr": "<h3>Љубав и њива</h3><ol><li>једно</li><li>друго</li></ol>", "text_en": "<p>Things.</p>"}
    Chapter.objects.create(paper=paper, part="chapter", order=1, title_sr="Учимо", title_en="We learn", **words)
    Chapter.objects.create(paper=paper, part="annex", order=1, title_sr="Питања", title_en="Questions", **words)
    for order, recommendation in enumerate(recommendations or (make_recommendation(),), 1):
        WhitePaperRecommendation.objects.create(paper=paper, recommendation=recommendation, order=order)
    return paper


def issue(paper: WhitePaper, user: User, *, now: datetime = NOW, changes: BilingualText = NOTHING) -> Edition:
    """Publish the next edition with all its files."""
    draft = start_edition(paper=paper, changes=changes, actor=user, now=now)
    edition = make_edition(draft_id=draft.pk, clock=lambda: now)
    assert edition is not None
    return edition


def make_handover(edition: Edition, user: User, *, days: int = 1) -> Handover:
    """A handover to the ministry, this many days after publication."""
    on = edition.issued_at.date() + timedelta(days=days)
    recipient = both("Министарство просвете", "Ministry of Education")
    now = edition.issued_at + timedelta(days=days)
    return record_handover(edition=edition, recipient=recipient, on=on, document="Потврда 1", actor=user, now=now)


def content(**parts: Any) -> EditionContent:
    """The content of an edition, without the database."""
    row: RecommendationContent = {
        "id": 1,
        "number": 1,
        "slug": "cas",
        "title": both("Час о безбедности", "A lesson on safety"),
        "text": both("Први пасус.\n\nЉубав и њива.", "One.\n\nTwo."),
        "child_text": both("Хоћемо час.", "We want a lesson."),
        "education": "formal",
        "addressee": both("Министарство просвете", "Ministry of Education"),
        "support": 34,
        "asked": 41,
        "voted": False,
        "ideas": 2,
        "origins": [{"title": both("Састанак", "Meeting"), "on": "2015-11-05"}],
    }
    whole: EditionContent = {
        "shape": 1,
        "site": "https://klik.example.org",
        "title": both("Питајте нас", "Ask us"),
        "foreword": both('<p>Здраво, <a href="https://example.org/">свете</a>.</p>', "<p>Hello.</p>"),
        "method": both("<ol><li>један</li><li>два</li></ol><ol><li>изнова</li></ol>", ""),
        "chapters": [{"title": both("Учимо", "We learn"), "text": both("<h4>Скок</h4><p>Речи</p>", "<p>Words</p>")}],
        "recommendations": [row],
        "quotations": [{"text": both("Питајте и мене.", "Ask me too."), "pseudonym": "Јеж"}],
        "results": [
            {
                "title": both("Шта школа учи", "What school teaches"),
                "sheets": 22,
                "questions": [
                    {
                        "question": both("Колико често?", "How often?"),
                        "answered": 21,
                        "rows": [
                            {"label": both("сваког дана", "every day"), "count": 12},
                            {"label": both("никада <&>", "never <&>"), "count": None},
                            {"label": both("ретко", ""), "count": None},
                        ],
                    }
                ],
            }
        ],
        "annexes": [{"title": both("Питања", "Questions"), "text": both("<p>Шта?</p>", "<p>What?</p>")}],
        "figures": {
            "on": "2026-10-01",
            "members": 150,
            "meetings": 12,
            "consultations": 9,
            "towns": 2,
            "schools": 20,
            "attendance": 82,
            "town_codes": ["nis", "subotica"],
        },
    }
    return {**whole, **parts}  # type: ignore[typeddict-item]
