"""Readers say once who they are: lists start with content for them, only the browser remembers it, and pages stay short on a phone."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

WIDTH = 360
ANSWERS = ".topic-answers > [data-for]"
PAGES = (
    "/en/",
    "/en/for-children/",
    "/en/for-parents/",
    "/en/for-teachers/",
    "/en/impact/",
    "/en/games/",
    "/en/quizzes/",
    "/en/resources/",
    "/sr/topics/phishing/",
    "/sr/topics/personal-data/",
    "/sr/topics/social-networks/",
)


def first_ages(cards: Locator) -> list[str]:
    return [card.get_attribute("data-for") or "" for card in cards.all()]


def choose(page: Page, reader: str) -> None:
    """Choose the reader, or all readers if the reader is chosen."""
    page.locator(".reader-choice > summary").click()
    page.locator(".reader-choice").get_by_role("link", name=reader, exact=True).click()


def test_a_child_of_seven_chooses_once_and_each_list_starts_with_content_for_that_age(
    visit: Callable[..., Page],
) -> None:
    page = visit(width=WIDTH)
    page.goto("/en/for-children/")
    cards = page.locator(".card[data-for]")
    expect(cards.first).to_have_attribute("data-for", "7-10")
    assert "15-18" not in first_ages(cards)
    page.get_by_role("link", name="7 to 10 years", exact=True).click()
    expect(page).to_have_url("/en/for-children/?reader=7-10")
    expect(page.locator(".card[data-for]:not([data-for='7-10'])")).to_have_count(0)
    expect(page.locator("#sexting-blackmail, #csam, #self-harm")).to_have_count(0)
    page.goto("/en/games/")
    expect(page.locator(".games-level").first).to_have_attribute("data-for", "7-10")
    page.goto("/en/quizzes/")
    expect(page.locator(".quiz-card .tag").first).to_have_text("7 to 10 years")
    page.goto("/en/topics/")
    expect(page).to_have_url("/en/topics/?reader=7-10")
    expect(page.locator(".topic-cards a[href*='/csam/']")).to_have_count(0)
    expect(page.locator(".topic-cards .card").first).not_to_contain_text("abuse")
    assert page.context.cookies() == []


def test_links_and_searches_carry_the_reader_so_that_each_page_is_loaded_once(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/en/for-children/")
    page.get_by_role("link", name="11 to 14 years", exact=True).click()
    expect(page).to_have_url("/en/for-children/?reader=11-14")
    urls: list[str] = []
    page.on("request", lambda request: urls.append(request.url) if request.is_navigation_request() else None)
    menu = page.get_by_role("navigation", name="Main")
    footer = page.get_by_role("navigation", name="About us")
    for link, path in (
        (menu.get_by_role("link", name="Parents"), "/en/for-parents/"),
        (menu.get_by_role("link", name="Children"), "/en/for-children/?reader=11-14"),
        (page.locator(".logo"), "/en/?reader=11-14"),
        (footer.get_by_role("link", name="Games"), "/en/games/?reader=11-14"),
        (footer.get_by_role("link", name="About the Centre"), "/en/about/"),
        (footer.get_by_role("link", name="Topics"), "/en/topics/?reader=11-14"),
        (page.locator(".topic-cards a[href$='/phishing/']"), "/en/topics/phishing/?reader=11-14"),
        (footer.get_by_role("link", name="Quizzes"), "/en/quizzes/?reader=11-14"),
    ):
        link.press("Enter")
        expect(page).to_have_url(path)
    page.get_by_role("searchbox").fill("phishing")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url("/en/search/?q=phishing&reader=11-14")
    page.wait_for_load_state("networkidle")
    assert len(urls) == 9
    # Choosing all readers again carries none.
    footer.get_by_role("link", name="Games").click()
    choose(page, "11 to 14 years – show all again")
    expect(page).to_have_url("/en/games/")
    footer.get_by_role("link", name="Topics").click()
    expect(page).to_have_url("/en/topics/")
    # An address that was typed is loaded again with the reader.
    choose(page, "A parent")
    expect(page).to_have_url("/en/topics/?reader=parents")
    page.goto("/en/games/")
    expect(page).to_have_url("/en/games/?reader=parents")


def test_a_parent_sees_content_for_parents_first_on_every_list(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/en/")
    page.get_by_role("link", name="A parent", exact=True).press("Enter")
    expect(page).to_have_url("/en/?reader=parents")
    expect(page.locator(".home-hero .link-card").first).to_have_attribute("href", "/en/for-parents/")
    page.goto("/en/topics/phishing/")
    first = page.locator(ANSWERS).first
    expect(first).to_have_attribute("data-for", "parents")
    expect(first.locator("#parents")).to_be_visible()
    expect(page.locator(f"{ANSWERS}[open]")).to_have_count(1)
    page.goto("/en/quizzes/")
    expect(page.locator(".quiz-card .tag").first).to_have_text("Parents and caretakers")
    page.goto("/en/news/")
    expect(page.locator(".article-card a").first).to_have_attribute("href", "/en/news/prvi-telefon-razgovor/")


def test_a_pupil_of_twelve_sees_the_answer_for_that_age_first_and_the_others_folded(visit: Callable[..., Page]) -> None:
    page = visit(width=WIDTH)
    page.goto("/en/for-children/")
    page.get_by_role("link", name="11 to 14 years", exact=True).click()
    expect(page).to_have_url("/en/for-children/?reader=11-14")
    page.goto("/en/topics/phishing/")
    expect(page).to_have_url("/en/topics/phishing/?reader=11-14")
    answers = page.locator(ANSWERS)
    readers = [answer.get_attribute("data-for") for answer in answers.all()]
    assert readers == ["11-14", "7-10", "15-18", "parents", "educators"]
    assert answers.evaluate_all("found => found.map((answer) => answer.open)") == [True] + [False] * 4
    # A link to another reader wins.
    page.get_by_role("link", name="Parents and caretakers", exact=True).click()
    expect(page.locator("#parents")).to_be_visible()
    expect(page.locator("#parents")).to_be_in_viewport()


def test_without_scripts_links_lead_to_ages_and_audiences(visit: Callable[..., Page]) -> None:
    page = visit(javascript=False, width=WIDTH)
    page.goto("/en/for-children/")
    page.get_by_role("link", name="Games for 15 to 18 years").click()
    expect(page).to_have_url("/en/games/?level=15-18")
    expect(page.locator(".games-level h2")).to_have_text(["15 to 18 years"])
    page.goto("/en/games/")
    choose(page, "15 to 18 years")
    expect(page).to_have_url("/en/games/?reader=15-18")
    expect(page.locator(".games-level h2").first).to_have_text("15 to 18 years")
