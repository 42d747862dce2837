"""Readers say once who they are: lists start with content for them, only the browser remembers it, and pages stay short on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

WIDTH = 360
# Pixels at a width of 360; an article may be longer.
TALLEST = 6_000
PAGES = (
    "/en/",
    "/en/for-children/",
    "/en/for-parents/",
    "/en/for-teachers/",
    "/en/impact/",
    "/en/games/",
    "/en/quizzes/",
)


def first_ages(cards: Locator) -> list[str]:
    return [card.get_attribute("data-for") or "" for card in cards.all()]


def test_a_pupil_of_fourteen_chooses_once_and_changes_it(visit: Callable[..., Page]) -> None:
    page = visit(width=WIDTH)
    page.goto("/en/for-children/")
    cards = page.locator("[data-readers] .card")
    expect(cards.first).to_have_attribute("data-for", "7-10")
    assert "15-18" not in first_ages(cards)
    page.get_by_role("button", name="11 to 14 years").click()
    expect(cards.first).to_have_attribute("data-for", "11-14")
    page.reload()
    expect(cards.first).to_have_attribute("data-for", "11-14")
    assert page.context.cookies() == []
    page.get_by_role("button", name="11 to 14 years").click()
    expect(cards.first).to_have_attribute("data-for", "7-10")
    assert page.evaluate("localStorage.length") == 0


def test_a_parent_sees_the_way_for_parents_and_the_answer_for_parents_first(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/en/")
    page.get_by_role("button", name="A parent").press("Enter")
    expect(page.locator(".home-hero .link-card").first).to_have_attribute("href", "/en/for-parents/")
    page.goto("/en/topics/phishing/")
    expect(page.locator(".topic-answers > section").first).to_have_id("parents")


def test_without_scripts_links_lead_to_ages_and_audiences(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False, width=WIDTH)
    page.goto("/en/for-children/")
    expect(page.locator("[data-reader-choice]")).to_be_hidden()
    page.get_by_role("link", name="Games for 15 to 18 years").click()
    expect(page).to_have_url("/en/games/?level=15-18")
    expect(page.locator(".games-level h2")).to_have_text(["15 to 18 years"])


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_short_on_a_phone(visit: Callable[..., Page], path: str) -> None:
    page = visit(width=WIDTH)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollHeight") <= TALLEST
