"""The recipes of CONTRIBUTING.md are complete: each is followed in a copy of the tree, and the checks and tests that it names pass."""

from pathlib import Path

import pytest

from tests.recipes import CATALOGUE, Tree

pytestmark = pytest.mark.slow

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
    assert '<p class="byline">Ана</p>' in page
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
    tree.manage("makemigrations", "--check", "--dry-run")
    tree.manage("messages", "--check")
    tree.manage("check")
    tree.check_texts("tests/hotline/test_categories.py")
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
    tree.replace("awareness/news/admin.py", '("title", "summary")}', '("title", "summary", "author")}')
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
        '{% if article.author %}<p class="byline">{{ article.author }}</p>{% endif %}{% if article.published_at %}',
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
    tree.manage("makemigrations", "--check", "--dry-run")
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
    factory = "tests/factories/quizzes.py"
    tree.replace(factory, "ORDERING = ", 'AGREE = question("agree", choice("да"), choice("не", 100))\nORDERING = ')
    text = (tree.root / factory).read_text()
    head, tail = text.split("EACH_KIND", 1)
    tree.write(factory, f"{head}EACH_KIND{tail.replace('TRUE_FALSE,', 'TRUE_FALSE, AGREE,', 1)}")
    answers = "tests/clients/quiz_answers.py"
    tree.replace(answers, '    "true_false": (1,),\n', '    "true_false": (1,),\n    "agree": (1,),\n')
    tree.replace(answers, '    "true_false": (0,),\n', '    "true_false": (0,),\n    "agree": (0,),\n')
    assert len(product_files(tree)) <= 6
    tree.manage("makemigrations", "--check", "--dry-run")
    tree.test("tests/awareness/quizzes/kinds/test_registry.py")
