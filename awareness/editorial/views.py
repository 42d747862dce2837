"""The pages of the Centre; every one is public, carries no cookie and may be kept by the page cache."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from awareness.editorial.advice import Advice, children, parents, teachers
from awareness.editorial.selectors import contacts_by_door, partners_by_role
from clicksafely.common.methods import read_only
from clicksafely.common.pagecache import public_page

AUDIENCES: Final[dict[str, tuple[Advice, ...]]] = {
    "children": children.ADVICE,
    "parents": parents.ADVICE,
    "teachers": teachers.ADVICE,
}


@read_only
@public_page()
def home(request: HttpRequest) -> HttpResponse:
    """The front door: one thought, four doors, nine subjects, the hotline."""
    return render(request, "awareness/home.html", {"subjects": children.ADVICE})


@read_only
@public_page()
def page(request: HttpRequest, *, name: str) -> HttpResponse:
    """A text about the Centre, one template each."""
    return render(request, f"awareness/{name}.html")


@read_only
@public_page()
def audience(request: HttpRequest, *, name: str) -> HttpResponse:
    """Advice on all subjects for one audience."""
    return render(request, f"awareness/for_{name}.html", {"advice": AUDIENCES[name]})


@read_only
@public_page()
def partners(request: HttpRequest) -> HttpResponse:
    """Everybody who carries or supports the Centre, by role."""
    return render(request, "awareness/partners.html", {"groups": partners_by_role()})


@read_only
@public_page()
def contact(request: HttpRequest) -> HttpResponse:
    """Where the Centre can be reached, by part."""
    return render(request, "awareness/contact.html", {"groups": contacts_by_door()})
