"""The page for an error nobody foresaw; the other error pages are Django's handlers with our templates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 in the reader's language; Django's own handler renders without the request and so without a language."""
    return render(request, "500.html", status=500)
