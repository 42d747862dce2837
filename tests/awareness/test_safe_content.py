"""Rules for all content about help: correct hours and costs, the right article of law, one order of steps, crisis first, no copies of
intimate pictures.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import pytest
from django.test import Client

from awareness.library.content import read_materials
from awareness.publishing.audiences import Reader
from awareness.quizzes.content import seed_quizzes
from awareness.quizzes.kinds.schemas import Question
from awareness.topics.content import SEED
from tests.awareness.content import Text, sentences, strings_in, texts
from tests.awareness.seed import HELP_LINES, TOPICS, Both, game_documents
from tests.clients.page_reader import PageReader

LANGUAGES: Final = ("sr", "en")
NUMBER: Final = re.compile(r"(?<![\d./])(?:19[2-4]|19833|116 ?\d{3}|0800[ /]?\d{3}[ -]?\d{3})(?![.\d]\d|\d|px|\")")
LINE: Final = re.compile(
    r"линиј|\b(?:по)?зови|\bпозов|слуша|разговор|\bhelp ?lines?\b|\blines?\b|\bcall|\blisten|\btalk", re.IGNORECASE
)
HOURS: Final = re.compile(
    r"дан(?:ју)? и ноћ|, и ноћу|ноћас|у (?:свако|било које) доба|нон-?стоп|\b0 ?[-–] ?24\b|24/7"
    r"|\bday and night|\bat any (?:hour|time)|around the clock|\bby night|\btonight"
    r"|\b\d{1,2}(?:[:.]\d\d)? ?(?:[-–]|до|to) ?\d{1,2}(?:[:.]\d\d)? ?(?:ч\b|час|h\b)",
    re.IGNORECASE,
)
COST: Final = re.compile(r"бесплат|наплаћ|\bfree\b|free of charge|\bcosts?\b", re.IGNORECASE)
# Article 185b is grooming; citations must name it.
ARTICLE: Final = re.compile(r"185\.? ?[бb]\b")
GROOMING: Final = re.compile(r"185[бb] ?\([^)]*(?:врбова|groom)")
ADULT: Final = re.compile(
    r"одрас|родитељ|\bмам[аиу]\b|тетк|наставни|разредн|психолог|ко(?:ме|јој) верујеш|116111"
    r"|\badult|grown-up|parent|teacher|psychologist|you trust\b|116111",
    re.IGNORECASE,
)
SCREENSHOT: Final = re.compile(r"снимк?а?к?[а-џ]* екрана|снима[јмш][а-џ]* са екрана|screenshot", re.IGNORECASE)
REFUSED: Final = re.compile(
    r"\bне\b|\bни\b|\bникад|\bнемој|\bбез\b|\bniti\b|\bnot\b|n't\b|\bnever\b|\bno\b|\bneither\b|\bnor\b", re.IGNORECASE
)
REFUSED_AT_ONCE: Final = re.compile(rf"\b(?:не|not|never|neither) (?:{SCREENSHOT.pattern})", re.IGNORECASE)
SUICIDE: Final = re.compile(
    r"самоуби|да жив|да (?:га|ме|те|је) нема|suicid|were gone|to be gone|not want to live|go on living", re.IGNORECASE
)
INTIMATE: Final = frozenset({"csam", "predators", "sexting-blackmail", "deepfakes"})
# One order of steps: tell, stop, keep, block and report.
STEPS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:реци|кажи|зови одраслог|покажи)\b|\btell\b|call a grown-up|\bshow\b",
        r"не плаћај|не одговарај|престани да одговараш|ништа (?:више|ново)|do(?: not|n't) (?:pay|answer|reply)|stop answering",
        (
            r"сачувај|снимк?е? екрана|снимак екрана|не бриши|копирај|\bkeep (?:the|a|its)\b|"
            r"take (?:a )?screenshots?|copy (?:only )?the address|do not delete"
        ),
        r"блокирај|пријави|\bblock|\breport",
    )
)


def numbers_in(text: str) -> set[str]:
    return {re.sub(r"\D", "", number) for number in NUMBER.findall(text)}


def found(check: re.Pattern[str]) -> Iterator[tuple[Text, str]]:
    """Every sentence in which `check` finds a violation, with its text."""
    for text in texts():
        for sentence in sentences(text.text):
            if check.search(sentence):
                yield text, sentence


def questions(*, kind: str = "") -> list[Question]:
    return [question for quiz in seed_quizzes() for question in quiz.questions if kind in {"", question.kind}]


def test_hours_of_help_lines_are_written_in_their_rows_alone() -> None:
    wrong = [(t.where, s) for t, s in found(HOURS) if numbers_in(t.text) or LINE.search(s)]
    assert [(where, sentence) for where, sentence in wrong if not _names_an_authority(sentence)] == []


def _names_an_authority(sentence: str) -> bool:
    """Authorities for complaints are not help lines."""
    return "Ombudsman" in sentence or "Заштитник" in sentence


def test_cost_of_help_lines_matches_their_rows() -> None:
    free = {line["phone"] for line in HELP_LINES if line["free"]}
    wrong = [(t.where, s) for t, s in found(COST) if numbers_in(s) - free]
    assert wrong == []


def test_every_number_that_content_names_is_a_row() -> None:
    phones = {line["phone"] for line in HELP_LINES}
    content = [text for text in texts() if re.search(r"/(?:seed|demo)/|django\.po", text.where)]
    numbers = {number for text in content for number in numbers_in(text.text)}
    assert {"192", "194", "19833", "116111", "0800309309"} <= numbers
    assert numbers - phones == set()


def test_the_article_on_grooming_is_cited_for_grooming_alone() -> None:
    cited = [text for text in texts() if ARTICLE.search(text.text) and not text.where.startswith("CHANGELOG")]
    assert cited
    assert [text for text in cited if len(ARTICLE.findall(text.text)) != len(GROOMING.findall(text.text))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_telling_an_adult_is_the_first_step_of_ordering_questions(language: str) -> None:
    ordering = questions(kind="ordering")
    assert len(ordering) >= 9
    for question in ordering:
        telling = [n for n, choice in enumerate(question.choices) if ADULT.search(choice.text.read(language))]
        assert telling in ([], [0]), question.name


def steps_of_content() -> Iterator[tuple[str, tuple[Both, ...]]]:
    for topic in TOPICS:
        yield f"{topic.slug}: now", topic.do_now
        yield from (
            (topic.slug, answer.steps) for answer in topic.answers if Reader(answer.audience).audience == "children"
        )
    for question in questions(kind="ordering"):
        yield question.name, tuple(Both(choice.text.sr, choice.text.en) for choice in question.choices)
    leaflet = next(
        material for material in read_materials(SEED / "library") if material["slug"] == "kad-neko-preti-slikom"
    )
    steps = next(part for part in leaflet["sheet"]["parts"] if part["kind"] == "steps")
    yield "leaflet", tuple(map(Both, steps["items_sr"], steps["items_en"]))


def situations(steps: list[str]) -> Iterator[str]:
    """The steps for one situation as one text. A step that begins with a question starts another situation."""
    begun = [n for n, step in enumerate(steps) if n == 0 or sentences(step)[0].endswith("?")]
    return (" ".join(steps[start:end]) for start, end in pairwise([*begun, len(steps)]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_of_steps_keeps_one_order(language: str) -> None:
    wrong = []
    for name, steps in steps_of_content():
        for text in situations([getattr(step, language) for step in steps]):
            places = [match.start() for step in STEPS if (match := step.search(text))]
            if ADULT.search(text) and any(before > after for before, after in pairwise(places)):
                wrong.append((name, text))
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_page_keeps_the_same_order(client: Client, language: str) -> None:
    page = client.get(f"/{language}/help/").content.decode()
    for case in ("case-1", "case-2"):
        section = page.split(f'id="{case}"')[1].split("</ol>")[0]
        places = [match.start() if (match := step.search(section)) else -1 for step in STEPS]
        assert -1 not in places
        assert places == sorted(places), case


def test_suicide_is_never_mentioned_without_company_the_ambulance_and_a_crisis_line() -> None:
    topics = [
        text
        for topic in TOPICS
        for answer in topic.answers
        for both in answer.signs
        for text in both
        if SUICIDE.search(text)
    ]
    assert len(topics) >= 6
    for text in topics:
        places = [text.find("194"), text.find("0800 309 309")]
        company = re.search(r"не оставља|не остај|do not leave|do not stay alone", text, re.IGNORECASE)
        assert company, text
        assert -1 not in places, text
        assert [company.start(), *places] == sorted([company.start(), *places]), text


@pytest.mark.django_db
def test_the_help_page_begins_with_thoughts_of_suicide(client: Client) -> None:
    page = client.get("/sr-latn/help/").content.decode()
    advice = page[page.index('class="advice ') :]
    section = advice.split("</details>")[0]
    assert 'id="case-crisis"' in section
    links = [link["href"] for link in PageReader(section).all("a")]
    assert links == ["tel:194", "tel:0800309309", "tel:0800300303"]
    assert section.index("<ol") < section.index("tel:194")


def test_nothing_advises_to_copy_an_intimate_picture() -> None:
    """Texts about sexual pictures mention screenshots only to advise against them."""
    topics = [
        (topic.slug, text)
        for topic in TOPICS
        if topic.slug in INTIMATE
        for both in (*topic.do_now, *(step for answer in topic.answers for step in answer.steps))
        for text in both
    ]
    choice_texts = [
        (question.name, words)
        for question in questions()
        if question.topic in INTIMATE
        for choice in question.choices
        if choice.weight > 0 or question.kind == "ordering"
        for words in (choice.text.sr, choice.text.en, choice.feedback.sr, choice.feedback.en)
    ]
    games = [
        (game["slug"], text) for game in game_documents() if INTIMATE & {*game["topics"]} for text in strings_in(game)
    ]
    explanations = [
        (q.name, w) for q in questions() if q.topic in INTIMATE for w in (q.explanation.sr, q.explanation.en)
    ]
    mentions = [
        (where, s)
        for where, text in (*topics, *choice_texts, *explanations)
        for s in sentences(text)
        if SCREENSHOT.search(s)
    ]
    assert len(mentions) >= 8
    allowed = {"csam-why-no-picture", "deepfake-label-means-safe"}  # explain screenshots without advising them
    assert [(w, s) for w, s in mentions if w not in allowed and not REFUSED.search(s)] == []
    played = [(slug, text) for slug, text in games if SCREENSHOT.search(text)]
    assert played
    assert [(slug, text) for slug, text in played if not REFUSED_AT_ONCE.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_to_take_screenshots_excepts_intimate_pictures(language: str) -> None:
    wrong = []
    for topic in TOPICS:
        for steps in (topic.do_now, *(answer.steps for answer in topic.answers)):
            text = " ".join(getattr(step, language) for step in steps)
            if (
                SCREENSHOT.search(text)
                and topic.slug not in {*INTIMATE, "hate-speech"}
                and not re.search("интимн|intimate", text, re.IGNORECASE)
            ):
                wrong.append((topic.slug, text))
    assert wrong == []


@pytest.mark.django_db
def test_the_report_form_requests_no_copy_of_an_intimate_picture(client: Client) -> None:
    for path in ("csam/?about=me", "cyberbullying/"):
        page = PageReader(client.get(f"/en/report/{path}").content.decode()).text
        mentions = [sentence for sentence in sentences(page) if "screenshot" in sentence.lower()]
        assert mentions
        assert [sentence for sentence in mentions if not REFUSED.search(sentence)] == []
