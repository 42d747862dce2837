"""What a member does with a slip: six pictures as form fields, the first visit, and the visits after it."""

from collections.abc import Sequence
from typing import Any

from youthpanel.member_auth.pictures import PICTURES

JOIN = "/sr/youth-panel/join/"
CHOOSE = f"{JOIN}pictures/"
MINE = ("cat", "sun", "key", "ship", "apple", "car")
OTHERS = ("cat", "sun", "key", "ship", "car", "apple")
assert PICTURES.keys() >= {*MINE, *OTHERS}


def picked(chosen: Sequence[str] = MINE, name: str = "pictures") -> dict[str, str]:
    """The fields of the pictures of a form."""
    return {f"{name}-{place}": picture for place, picture in enumerate(chosen, 1)}


def chosen_twice(code: str, chosen: Sequence[str] = MINE) -> dict[str, str]:
    """The form of the first visit."""
    return {"code": code, **picked(chosen), **picked(chosen, "again")}


def visit_first(client: Any, code: str, chosen: Sequence[str] = MINE) -> Any:
    """The answer to the first visit: the code, then the pictures."""
    assert client.post(JOIN, {"code": code}).status_code == 200
    return client.post(CHOOSE, chosen_twice(code, chosen))


def visit(client: Any, code: str, chosen: Sequence[str] = MINE) -> Any:
    """The answer to a later visit."""
    return client.post(JOIN, {"code": code, **picked(chosen)})
