"""P5, P11, ST: dashboard, case, lists and taking a case with 1,000 to 1,000,000 reports. REPORTS= reduces them."""

import json
import os
import statistics
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.contrib.auth.models import Group
from django.db import connections, transaction
from django.test import Client

from bench.counts import Counted, count, figures
from bench.environment import BenchEnvironment
from bench.figures import Figure, at_most
from bench.growth import LISTS, ROUNDS, Costs, cost_of, growth, lists, staff_client
from bench.load import BenchError, say
from bench.rows import add_items, grow, repeat_item
from clicksafely.accounts.models import User
from clicksafely.common.staff.roles import SUPERVISOR
from hotline.models import Report, ReviewSettings
from hotline.review import claims, selectors
from hotline.states import Queue

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ITEMS_MORE = 4_000_000
TIMES, TAKE_MS = 1.3, 5.0
AT_ONCE, TAKES = 20, 10
# The share of the reports that name one item.
REPEATED = 10
DESK = ("desk", "queue", "case")


def measure(environment: BenchEnvironment) -> list[Figure]:
    """Grow the tables step by step and measure the same pages at each size.

    Each request alternates with a page that is independent of the size.
    """
    largest = int(os.environ.get("REPORTS") or SIZES[-1])
    sizes = [size for size in SIZES if size < largest] + [largest]
    client = staff_client(SUPERVISOR)
    takers = _takers()
    costs: dict[int, Costs] = {}
    counted: dict[int, Counted] = {}
    before = 0
    for size in sizes:
        grow(before, size)
        before = size
        if size in {sizes[0], largest}:
            counted[size] = count(environment)
        if size == largest == SIZES[-1]:
            add_items(ITEMS_MORE)
        repeat_item(_repeated_case(), size // REPEATED)
        costs[size] = _costs(client, takers[0])
        say(f"  {size:,}: " + ", ".join(f"{name} {cost:.2f}" for name, cost in costs[size].items()))
    together = _take_together(takers)
    return [
        *_desk(costs),
        *lists(costs[largest]),
        together,
        *growth(costs),
        *figures(counted[sizes[0]], counted[largest]),
    ]


def _takers() -> list[User]:
    ReviewSettings.objects.update(claim_limit=TAKES)
    group = Group.objects.get(name="analyst")
    users = [User.objects.create(username=f"bench-{number}", is_staff=True) for number in range(AT_ONCE)]
    for user in users:
        user.groups.add(group)
    return users


def _repeated_case() -> Report:
    """The open case whose content many reports name: the one with the highest number of the first size."""
    return Report.objects.filter(queue=Queue.REVIEW).order_by("id")[SIZES[0] // 50]


def _costs(client: Client, taker: User) -> Costs:
    """{page: multiple of the floor}, and milliseconds in the database of taking the next case."""
    case = Report.objects.filter(queue=Queue.REVIEW).order_by("id").first()
    if case is None:
        raise BenchError("The queue has no case.")
    pages = {
        "desk": "/admin/hotline/desk/",
        "queue": "/admin/hotline/report/?queue__exact=review",
        "case": f"/admin/hotline/case/{case.pk}/",
        f"{LISTS}a case whose content a tenth of the reports name": f"/admin/hotline/case/{_repeated_case().pk}/",
        f"{LISTS}reports": "/admin/hotline/report/",
        f"{LISTS}reports, as far as one pages": "/admin/hotline/report/?p=20",
        f"{LISTS}closed reports": "/admin/hotline/report/?state__exact=closed",
        f"{LISTS}a report by its number": f"/admin/hotline/report/?q={case.pk}",
        f"{LISTS}all lists, searched by a number": f"/admin/find/?q={case.pk}",
        f"{LISTS}all lists, searched by a host": "/admin/find/?q=h7.test",
        f"{LISTS}content": "/admin/hotline/contentitem/",
        f"{LISTS}content of a host": "/admin/hotline/contentitem/?q=h7.test",
        f"{LISTS}hosts": "/admin/hotline/host/",
        f"{LISTS}closings without assessment": "/admin/hotline/closing/",
        f"{LISTS}audit": "/admin/common/auditevent/",
    }
    taken = {"take next, in the database": statistics.median(_take(taker) for _ in range(ROUNDS))}
    return cost_of(client, pages) | taken


def _take(user: User) -> float:
    """Milliseconds in the server of selecting the next case for `user`.

    Rolled back: each take would add rows to the timeline of the measured case.
    """
    with transaction.atomic():
        milliseconds = _take_one(user)
        transaction.set_rollback(True)
    return milliseconds


def _take_one(user: User) -> float:
    now = datetime.now(UTC)
    with transaction.atomic():
        claimable = selectors.claimable_cases(user, now).exclude(selectors.closed_unassessed_by(user))
        free = claimable.select_for_update(skip_locked=True, of=("self",))
        plan = json.loads(free.order_by("-priority", "id")[:1].explain(analyze=True, format="json", timing=False))
        claims.take_next(actor=user, now=now)
    time_taken: float = plan[0]["Execution Time"]
    return time_taken


def _take_together(takers: Sequence[User]) -> Figure:
    """Twenty users take cases concurrently, each with a separate connection. No case may be taken twice."""
    gate, times = threading.Barrier(AT_ONCE), list[float]()

    def work(user: User) -> None:
        try:
            for _take_number in range(TAKES):
                gate.wait(60)
                times.append(_take_one(user))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(user,)) for user in takers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = Report.objects.filter(claimed_by__in=takers).count()
    if len(times) != AT_ONCE * TAKES or taken != len(times):
        raise BenchError(f"{len(times)} takes, {taken} cases taken.")
    p95 = statistics.quantiles(times, n=20)[-1]
    return at_most("P5", f"take next, {AT_ONCE} at once, in the database, p95", p95, TAKE_MS, "ms")


def _desk(costs: Mapping[int, Costs]) -> list[Figure]:
    few, many = costs[min(costs)], costs[max(costs)]
    # Each compared with the floor of the same minutes.
    grown = {name: (many[name] / many["floor"]) / (few[name] / few["floor"]) for name in DESK}
    return [
        Figure("P5", f"{name} with {max(costs):,} reports", round(many[name], 1), "ms", round(few[name], 1), round(ratio, 2),
               f"<= {TIMES} x {min(costs):,}", ratio <= TIMES)
        for name, ratio in grown.items()
    ]  # fmt: skip
