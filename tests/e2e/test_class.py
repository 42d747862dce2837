"""A class in five browsers at once: from the code on the board to the answers of all, with JavaScript and without."""

import contextlib
import re
from collections.abc import Callable

from playwright.sync_api import Error, Page, expect

from tests.e2e.page_checks import faults

SLUG = "phishing-no-hook"


def open_class(visit: Callable[..., Page], pace: str, **options: object) -> tuple[Page, str]:
    """The teacher's page of a new class, and its code."""
    teacher = visit(**options)
    teacher.goto(f"/sr/class/open/{SLUG}/")
    teacher.locator(f"[name=pace][value={pace}]").check()
    teacher.locator("main form [type=submit]").click()
    expect(teacher).to_have_url(re.compile("/control/"))
    code = (teacher.locator(".class-code").inner_text()).replace(" ", "")
    return teacher, code


def join_class(visit: Callable[..., Page], code: str, **options: object) -> Page:
    """A pupil's page, who typed the code and pressed once."""
    pupil = visit(width=360, **options)
    pupil.goto("/sr/class/")
    pupil.locator("[name=code]").fill(code)
    pupil.keyboard.press("Enter")
    pupil.locator("main form [type=submit]").click()
    expect(pupil).to_have_url(re.compile(r"\?p="))
    return pupil


def answer(pupil: Page, place: int) -> None:
    """Choose by keyboard, and send."""
    pupil.locator(f"[name=answer][value='{place}']").focus()
    pupil.keyboard.press("Space")
    pupil.locator("main form .btn-primary").focus()
    pupil.keyboard.press("Enter")


def reload(pupil: Page) -> None:
    """Reload a page without JavaScript. It also refreshes itself, which may interrupt this; either shows the new state."""
    with contextlib.suppress(Error):
        pupil.reload()


def test_a_class_of_five_plays_together(visit: Callable[..., Page]) -> None:
    teacher, code = open_class(visit, "teacher", width=1280)
    board = visit(width=1280, dark=True)
    board.goto(f"/sr/class/{code}/board/")
    assert faults(board) == []
    pupils = [join_class(visit, code, dark=number % 2 == 0) for number in range(3)]
    pupils += [join_class(visit, code, javascript=False) for _number in range(2)]
    expect(board.locator(".board-count strong")).to_have_text("5")
    assert faults(pupils[0]) == []
    assert faults(teacher) == []

    teacher.locator("#act-start").click()
    for pupil in pupils[3:]:
        reload(pupil)
    for number, pupil in enumerate(pupils):
        # The page of who has JavaScript follows by itself.
        expect(pupil.locator("[name=answer]").first).to_be_visible()
        if number == 0:
            assert faults(pupil) == []
        answer(pupil, 2 if number < 3 else 0)
        expect(pupil.locator("[name=answer]")).to_have_count(0)
    expect(board.locator(".board-count strong")).to_have_text("5")
    assert faults(board) == []

    teacher.locator("#act-show").click()
    expect(board.locator(".bar-right .bar-number")).to_contain_text("3")
    expect(board.locator(".explanation")).to_be_visible()
    assert faults(board) == []
    assert faults(teacher) == []
    expect(pupils[0].locator(".feedback-right, [data-verdict=right]").first).to_be_visible()
    assert faults(pupils[0]) == []

    teacher.locator("#act-next").click()
    expect(pupils[0].locator("main form .btn-primary")).to_be_visible()
    late = join_class(visit, code)
    expect(late.locator("main form .btn-primary")).to_be_visible()

    teacher.locator(".control-end summary").click()
    teacher.locator("#act-finish").click()
    expect(pupils[0].locator("h1")).to_be_visible()
    expect(pupils[0].locator("main form")).to_have_count(0)
    assert faults(pupils[0]) == []

    teacher.locator(".control-end summary").click()
    teacher.locator("#act-erase").click()
    expect(teacher).to_have_url(re.compile("/class/over/"))
    reload(pupils[4])
    expect(pupils[4].locator("main a[href='/sr/class/']")).to_be_visible()


def test_an_answer_survives_a_lost_connection(visit: Callable[..., Page]) -> None:
    teacher, code = open_class(visit, "teacher", width=1280)
    pupil = join_class(visit, code)
    teacher.locator("#act-start").click()
    expect(pupil.locator("[name=answer]").first).to_be_visible()
    pupil.context.set_offline(True)
    answer(pupil, 2)
    expect(pupil.locator("[data-connection-status]")).not_to_be_empty()
    expect(pupil.locator("[name=answer][value='2']")).to_be_checked()
    pupil.context.set_offline(False)
    expect(pupil.locator("[data-focus]")).to_be_focused()
    teacher.reload()
    expect(teacher.locator("[role=status]").first).to_contain_text("1")
