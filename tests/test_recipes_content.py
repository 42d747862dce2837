"""The recipes of CONTRIBUTING for a field of content and a kind of question, followed in a copy of the tree."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import BASE_DIR

pytestmark = pytest.mark.slow

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


class Tree:
    """A copy of the files of the repository, in which a recipe is followed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout.split("\0")
        for name in filter(None, names):
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(BASE_DIR / name, path / name)
        self.changed: set[str] = set()

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text)
        self.changed.add(name)

    def change(self, name: str, before: str, after: str) -> None:
        """Replace the only occurrence of `before`."""
        text = (self.path / name).read_text()
        assert text.count(before) == 1, (name, before)
        self.write(name, text.replace(before, after))

    def run(self, *command: str) -> str:
        """Run a Python command with servers of its own; return what it printed. Fails with it."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        result = subprocess.run(
            [sys.executable, *command],
            cwd=self.path,
            env=kept | {"VAR_DIR": str(self.path / "var")},
            capture_output=True,
            text=True,
            check=False,
            timeout=1800,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def check(self, *tests: str) -> None:
        """Run the checks and tests that a recipe names."""
        self.run("manage.py", "makemigrations", "--check", "--dry-run")
        self.run("-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", "not timing and not slow", *tests)

    def product_files(self) -> list[str]:
        """Return the changed files without tests."""
        return sorted(name for name in self.changed if not name.startswith("tests/"))


@pytest.fixture
def tree(request: pytest.FixtureRequest) -> Iterator[Tree]:
    # Beside the folder of the tests: the account of the embedded servers may enter it.
    path = Path(os.environ["VAR_DIR"]).resolve() / "recipes" / request.node.name
    shutil.rmtree(path, ignore_errors=True)
    yield Tree(path)
    shutil.rmtree(path, ignore_errors=True)


def test_a_field_of_content(tree: Tree) -> None:
    tree.change(
        "awareness/news/models.py",
        '    summary = models.CharField(_("in one sentence"), max_length=300)\n',
        '    summary = models.CharField(_("in one sentence"), max_length=300)\n'
        '    author = models.CharField(_("author"), max_length=160, blank=True, db_default="")\n'
        '    field_inventory: ClassVar = {(data_inventory.AUTHOR, data_inventory.WITH_THE_PAGE): "author"}\n',
    )
    tree.run("manage.py", "makemigrations", "news", "-n", "author")
    tree.change("awareness/news/admin.py", '("title", "summary")}', '("title", "summary", "author")}')
    tree.change(
        "awareness/demo/news/schema.yaml",
        "  title_sr: {type: string}\n",
        "  title_sr: {type: string}\n  author: {type: string}\n",
    )
    first = "awareness/demo/news/01-sta-biva-posle-prijave.yaml"
    tree.change(first, "days: 318\n", "days: 318\nauthor: Ана Анић\n")
    tree.change(
        "templates/public/news/article.html",
        "{% if article.published_at %}",
        '{% if article.author %}<p class="byline">{{ article.author }}</p>{% endif %}{% if article.published_at %}',
    )
    tree.change(
        "awareness/news/feeds.py",
        "        pubdate=article.published_at,\n",
        "        author_name=to_script(article.author, code) or None,\n        pubdate=article.published_at,\n",
    )
    tree.change(
        "awareness/news/structured_data.py",
        '        "author": publisher,\n',
        '        "author": {"@type": "Person", "name": article.author} if article.author else publisher,\n',
    )
    tree.change(
        "awareness/news/search_index.py",
        "        return [date_format(timezone.localtime(article.published_at))] if article.published_at else []\n",
        "        date = date_format(timezone.localtime(article.published_at)) if article.published_at else ''\n"
        "        return [date, article.author]\n",
    )
    tree.write("tests/awareness/news/test_author.py", AUTHOR_TEST)
    assert len(tree.product_files()) <= 10
    tree.check(
        "tests/awareness/news/test_author.py",
        "tests/privacy/test_inventory.py",
        "tests/common/content/test_loader.py",
    )


def test_a_kind_of_question(tree: Tree) -> None:
    tree.write("awareness/quizzes/kinds/agree.py", AGREE)
    registry = "awareness/quizzes/kinds/registry.py"
    tree.change(
        registry,
        "from awareness.quizzes.kinds.base import Answer",
        "from awareness.quizzes.kinds.agree import Agree\nfrom awareness.quizzes.kinds.base import Answer",
    )
    tree.change(registry, "        TrueFalse(),\n", "        TrueFalse(),\n        Agree(),\n")
    tree.run("manage.py", "makemigrations", "quizzes", "-n", "agree")
    factory = "tests/factories/quizzes.py"
    tree.change(factory, "ORDERING = ", 'AGREE = question("agree", choice("да"), choice("не", 100))\nORDERING = ')
    text = (tree.path / factory).read_text()
    head, tail = text.split("EACH_KIND", 1)
    tree.write(factory, f"{head}EACH_KIND{tail.replace('TRUE_FALSE,', 'TRUE_FALSE, AGREE,', 1)}")
    answers = "tests/clients/quiz_answers.py"
    tree.change(answers, '    "true_false": (1,),\n', '    "true_false": (1,),\n    "agree": (1,),\n')
    tree.change(answers, '    "true_false": (0,),\n', '    "true_false": (0,),\n    "agree": (0,),\n')
    assert len(tree.product_files()) <= 6
    tree.check("tests/awareness/quizzes/kinds/test_registry.py")
