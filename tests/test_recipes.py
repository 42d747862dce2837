"""The recipes of CONTRIBUTING.md are complete: each is followed in a copy of the tree, and the checks and tests that it names pass."""

from pathlib import Path

import pytest

from tests.recipes import CATALOGUE, Tree

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

CATEGORY = """DRUGS = Category(
    code="drugs",
    label=pgettext_lazy("category", "Drugs for children"),
    title=_("Sale of drugs to children"),
    about=_("Pages and profiles that offer drugs to children."),
    title_child=_("Someone offers me drugs"),
    about_child=_("Someone wants to give or sell you drugs."),
    search_words=_("drugs, pills, dealer"),
    classification="drugs",
    to_police=True,
    weight=3,
    reason=pgettext_lazy("priority reason", "reported as sale of drugs to children"),
)
"""
ANSWER = """        - code: drugs
          label_sr: продаја дроге деци
          label_en: sale of drugs to children
          key: '8'
          verdict: illegal
"""
RULE = """- classification: drugs
  place: ''
  hold_days: 0
  police: true
  host: true
"""
SERBIAN = {
    "Drugs for children": "Дрога за децу",
    "Sale of drugs to children": "Продаја дроге деци",
    "Pages and profiles that offer drugs to children.": "Странице и профили који деци нуде дрогу.",
    "Someone offers me drugs": "Неко ми нуди дрогу",
    "Someone wants to give or sell you drugs.": "Неко хоће да ти да или прода дрогу.",
    "drugs, pills, dealer": "дрога, таблете, дилер",
    "reported as sale of drugs to children": "пријављено као продаја дроге деци",
}

AUTHOR_TEST = '''"""The author of an article is on its page, in the feed, in JSON-LD and in the search."""

import pytest
from django.test import Client
from django.utils import timezone

from awareness.news.models import Article
from awareness.publishing.services import save_record


@pytest.mark.django_db
def test_the_author_is_shown(client: Client) -> None:
    article = Article(
        slug="vest", title_sr="Чворновато", title_en="News", summary_sr="а", author="Ана", published_at=timezone.now()
    )
    save_record(record=article, actor=None, now=timezone.now())
    page = client.get("/sr/news/vest/").content.decode()
    assert '<p class="date">Ана</p>' in page
    assert '"@type": "Person"' in page or '"@type":"Person"' in page
    assert "<name>Ана</name>" in client.get("/feeds/news.atom").content.decode()
    assert "· Ана" in client.get("/sr/search/", {"q": "чворновато"}).content.decode()
'''
AGREE = '''"""Agree or disagree."""

from awareness.quizzes.kinds.true_false import TrueFalse


class Agree(TrueFalse):
    """One of two choices is right."""

    code = "agree"
    in_gift = False
    gift_syntax = ""
'''
REGULATOR_TASKS = '''"""The task that reports to the regulatory authority."""

from celery import shared_task
from django.utils import timezone

from hotline.referral.regulator import delivery


@shared_task(name="hotline.report_to_regulator", soft_time_limit=60, time_limit=90)
def report_to_regulator() -> None:
    """Every minute: report the due referrals."""
    delivery.send_due(now=timezone.now())
'''
REGULATOR_DELIVERY = '''"""Delivery of reports to the regulatory authority."""

from datetime import datetime

from hotline.models import Route
from hotline.referral import services


def send_due(*, now: datetime) -> None:
    """Report the due referrals."""
    for referral in services.due_referrals(route=Route.REGULATOR, now=now)[: services.AT_ONCE]:
        services.mark_sent(referral=referral, now=now)
'''
REGULATOR_TEST = '''"""The new channel is proposed, chosen on the case page, sent, counted and filtered."""

import pytest
from django.utils import timezone

from clicksafely.accounts.models import User
from hotline.models import Action, ReferralState, Route
from hotline.referral import services
from hotline.referral.regulator.tasks import report_to_regulator
from hotline.referral.routing import propose
from hotline.statistics.aggregate import HANDED_OVER
from tests.clients.staff import signed_in
from tests.hotline.referral.conftest import make_illegal

pytestmark = pytest.mark.django_db


def test_it_is_proposed_sent_and_counted(ana: User) -> None:
    report, item = make_illegal(ana, classification="hate_speech", kind="app")
    assert propose(item).routes == [Route.REGULATOR]
    (referral,) = services.refer_item(
        report=report, item=item, actor=ana, routes=[Route.REGULATOR], now=timezone.now(), unsure=True
    )
    report_to_regulator.run()
    referral.refresh_from_db()
    assert referral.state == ReferralState.SENT
    assert [action.kind for action in Action.objects.all()] == ["regulator"]
    assert "regulator" in HANDED_OVER


def test_staff_choose_it_in_rules_and_filter_by_it() -> None:
    client = signed_in("vera", "supervisor").client
    assert b'name="regulator"' in client.get("/admin/hotline/routingrule/add/").content
    assert b"regulator" in client.get("/admin/hotline/referral/").content
'''
MATCHING_GAME = '''"""Pairs of a question and its answer."""

from django.utils.translation import pgettext_lazy

from awareness.games.kinds.pairs import Pairs


class Replies(Pairs):
    """Each question gets its answer."""

    code = "replies"
    label = pgettext_lazy("game", "Replies")
    template = "_replies"
'''


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def product_files(tree: Tree) -> list[str]:
    """Return the changed files without tests."""
    return sorted(name for name in tree.touched() if not name.startswith("tests/"))


def test_a_category_of_report(tree: Tree) -> None:
    table, questions, rules = (
        "hotline/categories.py",
        "hotline/seed/assessment_questions.yaml",
        "hotline/seed/routing_rules.yaml",
    )
    tree.insert(table, CATEGORY, before="OTHER = Category(")
    tree.insert(table, "DRUGS, ", before="OTHER)}")
    tree.insert(questions, ANSWER, before="        - code: not_illegal")
    tree.insert(rules, RULE, before="")
    tree.translate(SERBIAN)
    tree.check()
    tree.test("tests/hotline/triage/test_services.py", "tests/hotline/intake/web/test_child_way.py")
    assert tree.touched() == {table, questions, rules, CATALOGUE}


def test_a_field_of_content(tree: Tree) -> None:
    tree.replace(
        "awareness/news/models.py",
        '    summary = models.CharField(_("in one sentence"), max_length=300)\n',
        '    summary = models.CharField(_("in one sentence"), max_length=300)\n'
        '    author = models.CharField(_("author"), max_length=160, blank=True, db_default="")\n'
        '    field_inventory: ClassVar = {(data_inventory.AUTHOR, data_inventory.WITH_THE_PAGE): "author"}\n',
    )
    tree.manage("makemigrations", "news", "-n", "author")
    tree.replace(
        "awareness/news/admin.py", '("title", "summary", "audience")}', '("title", "summary", "audience", "author")}'
    )
    tree.replace(
        "awareness/demo/news/schema.yaml",
        "  title_sr: {type: string}\n",
        "  title_sr: {type: string}\n  author: {type: string}\n",
    )
    first = "awareness/demo/news/02-komentari-koje-smo-procitali-naglas.yaml"
    tree.replace(first, "days: 251\n", "days: 251\nauthor: Ана Анић\n")
    tree.replace(
        "templates/public/news/article.html",
        "{% if article.published_at %}",
        '{% if article.author %}<p class="date">{{ article.author }}</p>{% endif %}{% if article.published_at %}',
    )
    tree.replace(
        "awareness/news/feeds.py",
        "        pubdate=article.published_at,\n",
        "        author_name=to_script(article.author, code) or None,\n        pubdate=article.published_at,\n",
    )
    tree.replace(
        "awareness/news/structured_data.py",
        '        "author": publisher,\n',
        '        "author": {"@type": "Person", "name": article.author} if article.author else publisher,\n',
    )
    tree.replace(
        "awareness/news/search_index.py",
        "        return [date_format(timezone.localtime(article.published_at))] if article.published_at else []\n",
        "        date = date_format(timezone.localtime(article.published_at)) if article.published_at else ''\n"
        "        return [date, article.author]\n",
    )
    tree.write("tests/awareness/news/test_author.py", AUTHOR_TEST)
    assert len(product_files(tree)) <= 10
    tree.check()
    tree.test(
        "tests/awareness/news/test_author.py",
        "tests/privacy/test_inventory.py",
        "tests/common/content/test_loader.py",
    )


def test_a_kind_of_question(tree: Tree) -> None:
    tree.write("awareness/quizzes/kinds/agree.py", AGREE)
    registry = "awareness/quizzes/kinds/registry.py"
    tree.replace(
        registry,
        "from awareness.quizzes.kinds.base import Answer",
        "from awareness.quizzes.kinds.agree import Agree\nfrom awareness.quizzes.kinds.base import Answer",
    )
    tree.replace(registry, "        TrueFalse(),\n", "        TrueFalse(),\n        Agree(),\n")
    tree.manage("makemigrations", "quizzes", "-n", "agree")
    tree.replace("awareness/seed/quizzes/schema.yaml", "true_false, ordering", "true_false, agree, ordering")
    tree.replace("docs/formats.md", "multiple true_false ordering", "multiple true_false agree ordering")
    factory = "tests/factories/quizzes.py"
    tree.replace(factory, "ORDERING = ", 'AGREE = question("agree", choice("да"), choice("не", 100))\nORDERING = ')
    text = (tree.root / factory).read_text()
    head, tail = text.split("EACH_KIND", 1)
    tree.write(factory, f"{head}EACH_KIND{tail.replace('TRUE_FALSE,', 'TRUE_FALSE, AGREE,', 1)}")
    answers = "tests/clients/quiz_answers.py"
    tree.replace(answers, '    "true_false": (1,),\n', '    "true_false": (1,),\n    "agree": (1,),\n')
    tree.replace(answers, '    "true_false": (0,),\n', '    "true_false": (0,),\n    "agree": (0,),\n')
    assert len(product_files(tree)) <= 6
    tree.check()
    tree.test("tests/awareness/quizzes/kinds/test_registry.py", "tests/awareness/quizzes/test_play.py")


def test_a_referral_channel(tree: Tree) -> None:
    table, package = "hotline/models/routing.py", "hotline/referral/regulator"
    tree.insert(
        table, '    REGULATOR = "regulator", pgettext_lazy("route", "regulator")\n', before="\n\nclass ActionKind"
    )
    tree.insert(
        table,
        '    REGULATOR = "regulator", pgettext_lazy("action", "reported to the regulator")\n',
        before="\n\n@dataclass",
    )
    tree.insert(
        table,
        '    Route.REGULATOR: ReferralChannel(action=ActionKind.REGULATOR, task="hotline.report_to_regulator"),\n',
        before="}\n",
    )
    tree.insert(
        table,
        "    regulator = models.BooleanField(Route.REGULATOR.label, default=False, db_default=False)\n",
        before="    hold_days = ",
    )
    tree.manage("makemigrations", "hotline", "-n", "regulator")
    (tree.root / package).mkdir()
    tree.write(f"{package}/__init__.py", '"""Reports to the regulatory authority."""\n')
    tree.write(f"{package}/tasks.py", REGULATOR_TASKS)
    tree.write(f"{package}/delivery.py", REGULATOR_DELIVERY)
    tree.insert(
        "clicksafely/settings.py",
        '    _every("hotline.report_to_regulator", minutes=1, expires=60),\n',
        before="    # Beat has no mail settings",
    )
    tree.insert(
        "hotline/seed/routing_rules.yaml",
        "- classification: hate_speech\n  place: platform\n  hold_days: 0\n  regulator: true\n",
        before="",
    )
    assert len([name for name in product_files(tree) if "/migrations/" not in name]) <= 6
    tree.manage("makemigrations", "--check", "--dry-run")
    tree.check_texts("tests/hotline/referral/test_channels.py")
    tree.write("tests/hotline/referral/test_regulator.py", REGULATOR_TEST)
    tree.test("tests/hotline/referral/test_regulator.py", "tests/hotline/intake/test_endings.py")


def test_a_kind_of_game(tree: Tree) -> None:
    tree.write("awareness/games/kinds/replies.py", MATCHING_GAME)
    registry = "awareness/games/kinds/registry.py"
    tree.insert(
        registry, "from awareness.games.kinds.replies import Replies\n", before="from awareness.games.kinds.sort"
    )
    tree.replace(registry, "Path())", "Path(), Replies())")
    templates = "templates/public/games"
    form = (tree.root / templates / "_pairs.html").read_text()
    tree.write(f"{templates}/_replies.html", form.replace("js/games/pairs.js", "js/games/replies.js"))
    tree.write("static/js/games/replies.js", 'export { begin } from "./pairs.js";\n')
    tree.insert("docs/formats.md", "| `replies` | as `pairs` |\n", before="\nThe content check of seed games")
    tree.manage("makemigrations", "games", "-n", "replies")
    factory = "tests/factories/games.py"
    tree.replace(factory, "LOCK, PATH)}", 'LOCK, PATH, PAIRS | {"kind": "replies", "slug": "made-replies"})}')
    assert len([name for name in product_files(tree) if "/migrations/" not in name]) <= 6
    tree.translate({"Replies": "Одговори"})
    tree.manage("makemigrations", "--check", "--dry-run")
    tree.test("tests/awareness/games/kinds/test_registry.py", "tests/awareness/games/test_pages.py")
