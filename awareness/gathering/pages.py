"""What the search finds beside records: the pages of the Centre that are templates, with the words people look for them by."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from awareness.topics.documents import Document, Words

PAGE = "page"
# They were there before everything that is published.
SINCE = datetime(2013, 1, 1, tzinfo=UTC)


class PageFacts(NamedTuple):
    """A page by its URL name: title, keywords and summary in Serbian and English."""

    name: str
    sr: tuple[str, str, str]
    en: tuple[str, str, str]


PAGES: Final[tuple[PageFacts, ...]] = (
    PageFacts(
        "help",
        (
            "Помоћ: шта да урадим сада",
            "хитно, полиција 192, позив, телефон, линија за помоћ, опасност, претња, уцена, нестало дете, разговор, психолог",
            "Кога да позовеш и шта прво да урадиш: опасност, насиље, уцена сликом, незаконит садржај, нестало дете.",
        ),
        (
            "Help: what to do now",
            "urgent, emergency, police, call, phone, helpline, danger, threat, blackmail, missing child, talk, psychologist",
            "Whom to call and what to do first: danger, violence, blackmail with a picture, illegal content, a missing child.",
        ),
    ),
    PageFacts(
        "report",
        (
            "Пријави садржај: Нет патрола",
            "пријава, пријавити, незаконит садржај, злостављање детета, насиље, говор мржње, анонимно, hotline",
            "Пријави адресу на којој је злостављање детета, насиље или говор мржње. Не питамо за име.",
        ),
        (
            "Report content: Net Patrola",
            "report, hotline, illegal content, child sexual abuse material, bullying, hate speech, anonymous",
            "Report an address with the abuse of a child, violence or hate speech. We do not ask for a name.",
        ),
    ),
    PageFacts(
        "report-status",
        (
            "Шта је са мојом пријавом",
            "статус пријаве, код, шифра пријаве, одговор, поруке",
            "Унеси код који си добио при пријави и види докле се стигло.",
        ),
        (
            "Status of my report",
            "report status, code, receipt, answer, messages",
            "Enter the code you were given and see what has become of your report.",
        ),
    ),
    PageFacts(
        "for-children",
        (
            "За децу и младе",
            "деца, ученици, тинејџери, савети",
            "Како да кликнеш паметно и шта да урадиш кад нешто није у реду.",
        ),
        (
            "For children and young people",
            "children, pupils, teenagers, advice",
            "How to click wisely, and what to do when something is wrong.",
        ),
    ),
    PageFacts(
        "quizzes",
        (
            "Квизови",
            "квиз, питања, тест, играј, одељење, час",
            "Питања о животу на интернету, уз сваки одговор разлог: за тебе или цело одељење.",
        ),
        (
            "Quizzes",
            "quiz, questions, test, play, class, lesson",
            "Questions about life online with a reason for every answer: alone or with your class.",
        ),
    ),
    PageFacts(
        "for-parents",
        (
            "За родитеље",
            "родитељи, мама, тата, породица, старатељи, савети",
            "Разумети ризик, разговарати, променити подешавања.",
        ),
        (
            "For parents",
            "parents, mother, father, family, guardians, advice",
            "Understand the risk, talk, change the settings.",
        ),
    ),
    PageFacts(
        "for-teachers",
        ("За наставнике", "наставници, учитељи, школа, час, вежбе", "Вежбе за следећи час и помоћ ученику."),
        ("For teachers", "teachers, school, lesson, exercises", "Exercises for the next lesson, and help for a pupil."),
    ),
    PageFacts(
        "youth-panel",
        (
            "Панел младих",
            "омладински панел, бела књига, консултације, ученици",
            "Ученици од 11 до 18 година који саветују Центар.",
        ),
        ("Youth panel", "White Paper, consultations, pupils", "Pupils aged 11 to 18 who advise the Centre."),
    ),
    PageFacts(
        "about",
        (
            "О Центру",
            "ко смо, историја, Кликни безбедно, INHOPE, Инсејф",
            "Центар за безбедни интернет Србије: ко га чини и шта ради.",
        ),
        (
            "About the Centre",
            "who we are, history, Click Safely, INHOPE, Insafe",
            "The Safer Internet Centre of Serbia: who it is and what it does.",
        ),
    ),
    PageFacts(
        "partners",
        (
            "Партнери и подршка",
            "фондација, министарство, донатори, подржали",
            "Организације које спроводе, финансирају и подржавају Центар.",
        ),
        (
            "Partners and supporters",
            "foundation, ministry, donors",
            "The organisations that carry out, fund and support the Centre.",
        ),
    ),
    PageFacts(
        "contact",
        ("Контакт", "адреса, имејл, телефон, друштвене мреже Центра", "Како да нам се јавиш."),
        ("Contact", "address, e-mail, phone, social media of the Centre", "How to reach us."),
    ),
    PageFacts(
        "hotline-statistics",
        (
            "Нет патрола у бројкама",
            "статистика, број пријава, подаци",
            "Колико је пријава стигло и шта је с њима било.",
        ),
        (
            "Figures of Net Patrola",
            "statistics, number of reports, data",
            "How many reports came and what became of them.",
        ),
    ),
    PageFacts(
        "complaint",
        ("Притужбе", "приговор, жалба на рад Нет патроле", "Ако сматраш да смо погрешили, напиши нам."),
        ("Complaints", "complaint about Net Patrola", "Write to us if you think we were wrong."),
    ),
    PageFacts(
        "privacy",
        (
            "Приватност на овом сајту",
            "колачићи, подаци о личности, заштита података",
            "Без колачића, без праћења: шта о теби знамо и шта не.",
        ),
        (
            "Privacy on this site",
            "cookies, personal data, data protection",
            "No cookies, no tracking: what we know about you and what we do not.",
        ),
    ),
    PageFacts(
        "accessibility",
        (
            "Приступачност",
            "читач екрана, тастатура, контраст, особе са инвалидитетом",
            "Изјава о приступачности и како да нам јавиш шта не ради.",
        ),
        (
            "Accessibility",
            "screen reader, keyboard, contrast, disability",
            "The accessibility statement, and how to tell us what does not work.",
        ),
    ),
)


def page_documents() -> Iterator[tuple[datetime, Document]]:
    """Each page with the time since which it is there."""
    for facts in PAGES:
        words = {
            language: Words(title=title, keywords=keywords, summary=summary)
            for language, (title, keywords, summary) in (("sr", facts.sr), ("en", facts.en))
        }
        yield SINCE, Document(words=words, url_name=facts.name)
