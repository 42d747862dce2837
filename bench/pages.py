"""P1: cached public pages against an empty Django view on the same web server."""

from bench.environment import BenchEnvironment
from bench.figures import Figure, at_least, at_most
from bench.load import Target, compare

BAR, P99_MS = 2.0, 20.0


def measure(environment: BenchEnvironment) -> list[Figure]:
    """A page of each language: rate and 99th percentile with 32 connections."""
    figures = []
    for language in ("sr", "sr-latn", "en"):
        page = f"/{language}/"
        result = compare(f"cached {page}", Target(environment.portal + page), Target(f"{environment.floor}/empty/"))
        figures += [
            at_least("P1", f"cached page {page}", result.rate, result.floor, result.ratio, BAR),
            at_most("P1", f"cached page {page}, 99th percentile at 32 at once", result.p99, P99_MS, "ms"),
        ]
    return figures
