"""Growth of costs with the number of rows: staff pages next to a page without tables, and the fitted exponent."""

import math
import statistics
import time
from collections.abc import Callable, Mapping

from django.contrib.auth.models import Group
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from bench.figures import Figure, at_most
from bench.load import BenchError, say
from clicksafely.accounts.enrolment import add_authenticator_app
from clicksafely.accounts.models import User
from clicksafely.common.staff.roles import Role

LIST_MS, EXPONENT = 100.0, 0.1
ROUNDS = 15
LISTS = "list: "
FLOOR = "/admin/password_change/"
Costs = Mapping[str, float]


def staff_client(role: Role) -> Client:
    """A client of a staff member with this role, with a session that has both factors."""
    user = User.objects.create_user(f"bench-{role.code}", is_staff=True)
    user.groups.add(Group.objects.get(name=role.code))
    device = add_authenticator_app(user=user)
    client = Client(headers={"Host": "localhost"})
    client.force_login(user, backend="clicksafely.common.permissions.StaffBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def cost_of(client: Client, pages: Mapping[str, str]) -> dict[str, float]:
    """Milliseconds of each page and of a page without tables (`floor`): medians of alternating rounds."""
    spent: dict[str, list[float]] = {name: [] for name in pages}
    floor: list[float] = []
    for path in pages.values():
        _ask(client, path)
    for _round in range(ROUNDS):
        for name, path in pages.items():
            floor.append(_timed(lambda: _ask(client, FLOOR)))
            spent[name].append(_timed(lambda path=path: _ask(client, path)))  # type: ignore[misc]
    return {name: statistics.median(times) for name, times in spent.items()} | {"floor": statistics.median(floor)}


def lists(costs: Costs) -> list[Figure]:
    """The lists of the admin against their target."""
    return [at_most("P5", name, cost, LIST_MS, "ms") for name, cost in costs.items() if name.startswith(LISTS)]


def growth(costs: Mapping[int, Costs]) -> list[Figure]:
    """The exponent of each cost: the slope of log cost over log size, by least squares."""
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
        what, ok = f"growth: {name}", exponent <= EXPONENT
        found.append(Figure("P11", what, round(exponent, 3), "exponent", None, None, f"<= {EXPONENT}", ok))
    return found


def _ask(client: Client, path: str) -> None:
    response = client.get(path, follow=path.endswith("?p=20"))
    if response.status_code != 200:
        raise BenchError(f"{path} answered {response.status_code}.")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
