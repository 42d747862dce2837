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


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


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
