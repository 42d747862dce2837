"""P5 and P11: the desk, a case, lists and taking the next with 1,000, 10,000, 100,000 and 1,000,000 reports; ST beside them. REPORTS= chooses fewer."""

import json
import math
import os
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from django.contrib.auth.models import Group, User
from django.db import connections, transaction
from django.test import Client

from bench.counts import Counted, count, figures
from bench.figures import Figure, at_most
from bench.ground import Ground
from bench.load import BenchError, say
from bench.rows import add_items, grow
from clicksafely.common.roles import SUPERVISOR
from hotline.models import Report
from hotline.review import claims, selectors
from hotline.states import Queue
from tests.signing import PASSWORD, code_of, enter, give_device

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ITEMS_MORE = 4_000_000
TIMES, LIST_MS, TAKE_MS, EXPONENT = 1.3, 60.0, 5.0, 0.1
ROUNDS, AT_ONCE, TAKES = 15, 20, 10
DESK, LISTS = ("desk", "queue", "case"), "list: "
FLOOR = "/admin/password_change/"
Costs = Mapping[str, float]


def measure(ground: Ground) -> list[Figure]:
    """Grow the tables step by step and ask the same of each size, every page in turn with one that does not depend on the size."""
    largest = int(os.environ.get("REPORTS") or SIZES[-1])
    sizes = [size for size in SIZES if size < largest] + [largest]
    client = _supervisor()
    takers = _takers()
    costs: dict[int, Costs] = {}
    counted: dict[int, Counted] = {}
    before = 0
    for size in sizes:
        grow(before, size)
        before = size
        if size in {sizes[0], largest}:
            counted[size] = count(ground)
        if size == largest == SIZES[-1]:
            add_items(ITEMS_MORE)
        costs[size] = _costs(client, takers[0])
        say(f"  {size:,}: " + ", ".join(f"{name} {cost:.2f}" for name, cost in costs[size].items()))
    together = _take_together(takers)
    return [
        *_desk(costs),
        *_lists(costs[largest]),
        together,
        *_growth(costs),
        *figures(counted[sizes[0]], counted[largest]),
    ]


def _supervisor() -> Client:
    user = User.objects.create_user("bench-supervisor", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=SUPERVISOR.code))
    client = Client(headers={"Host": "localhost"})
    if enter(client, user.username, code_of(give_device(user))) != 302:
        raise BenchError("Nobody could sign in.")
    return client


def _takers() -> list[User]:
    group = Group.objects.get(name="analyst")
    users = [User.objects.create(username=f"bench-{number}", is_staff=True) for number in range(AT_ONCE)]
    for user in users:
        user.groups.add(group)
    return users


def _costs(client: Client, taker: User) -> Costs:
    """{what: times of the floor}, and milliseconds in the database of taking the next case."""
    case = Report.objects.filter(queue=Queue.REVIEW).order_by("id").first()
    if case is None:
        raise BenchError("No case waits.")
    pages = {
        "desk": "/admin/hotline/desk/",
        "queue": "/admin/hotline/report/?queue__exact=review",
        "case": f"/admin/hotline/case/{case.pk}/",
        f"{LISTS}reports": "/admin/hotline/report/",
        f"{LISTS}reports, as far as one pages": "/admin/hotline/report/?p=20",
        f"{LISTS}closed reports": "/admin/hotline/report/?state__exact=closed",
        f"{LISTS}a report by its number": f"/admin/hotline/report/?q={case.pk}",
        f"{LISTS}content": "/admin/hotline/contentitem/",
        f"{LISTS}content of a host": "/admin/hotline/contentitem/?q=h7.test",
        f"{LISTS}hosts": "/admin/hotline/host/",
        f"{LISTS}audit": "/admin/common/auditevent/",
    }
    spent: dict[str, list[float]] = {name: [] for name in pages}
    floor: list[float] = []
    for path in pages.values():
        _ask(client, path)
    for _round in range(ROUNDS):
        for name, path in pages.items():
            floor.append(_timed(lambda: _ask(client, FLOOR)))
            spent[name].append(_timed(lambda path=path: _ask(client, path)))  # type: ignore[misc]
    found = {name: statistics.median(times) for name, times in spent.items()}
    return {
        **found,
        "take next, in the database": statistics.median(_take(taker) for _ in range(ROUNDS)),
        "floor": statistics.median(floor),
    }


def _ask(client: Client, path: str) -> None:
    response = client.get(path, follow=path.endswith("?p=20"))
    if response.status_code != 200:
        raise BenchError(f"{path} answered {response.status_code}.")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _take(user: User) -> float:
    """Milliseconds in the server of choosing the next case for `user`, who takes it, and gives it back afterwards."""
    milliseconds = _take_one(user)
    for report in Report.objects.filter(claimed_by=user):
        claims.release_case(report=report, actor=user, now=datetime.now(UTC))
    return milliseconds


def _take_one(user: User) -> float:
    now = datetime.now(UTC)
    with transaction.atomic():
        free = selectors.claimable(user, now).select_for_update(skip_locked=True, of=("self",))
        plan = json.loads(free.order_by("-priority", "id")[:1].explain(analyze=True, format="json", timing=False))
        claims.take_next(actor=user, now=now)
    time_taken: float = plan[0]["Execution Time"]
    return time_taken


def _take_together(takers: Sequence[User]) -> Figure:
    """Twenty people who all take at once, again and again, each in a connection of their own; nobody may get the case of another."""
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
    # Each against what the floor took in the same minutes.
    grown = {name: (many[name] / many["floor"]) / (few[name] / few["floor"]) for name in DESK}
    return [
        Figure("P5", f"{name} with {max(costs):,} reports", round(many[name], 1), "ms", round(few[name], 1), round(ratio, 2),
               f"<= {TIMES} x {min(costs):,}", ratio <= TIMES)
        for name, ratio in grown.items()
    ]  # fmt: skip


def _lists(costs: Costs) -> list[Figure]:
    return [at_most("P5", name, cost, LIST_MS, "ms") for name, cost in costs.items() if name.startswith(LISTS)]


def _growth(costs: Mapping[int, Costs]) -> list[Figure]:
    """The exponent of each cost: the slope of its logarithm over that of the size, by least squares."""
    sizes = sorted(costs)
    names = [name for name in costs[sizes[0]] if name != "floor"]
    say("\n  milliseconds with " + "  ".join(f"{size:>9,}" for size in sizes) + "   exponent")
    found = []
    for name in names:
        relative = [costs[size][name] / (1 if "database" in name else costs[size]["floor"]) for size in sizes]
        exponent = statistics.linear_regression(
            [math.log(size) for size in sizes], [math.log(each) for each in relative]
        ).slope
        say(f"  {name:<40}" + "  ".join(f"{costs[size][name]:>9.2f}" for size in sizes) + f"   {exponent:+.3f}")
        found.append(
            Figure(
                "P11",
                f"growth: {name}",
                round(exponent, 3),
                "exponent",
                None,
                None,
                f"<= {EXPONENT}",
                exponent <= EXPONENT,
            )
        )
    return found
