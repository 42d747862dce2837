"""Sign-in of simulated staff with the demonstration accounts."""

import json

from django.db import connection
from django.utils import timezone

from clicksafely.accounts.demo_accounts import current_otp_code
from tests.faults.system import System
from tests.load.crowd import Account, Crowd

ANALYSTS = ("analyst1", "analyst2", "supervisor")


def signed_in(system: System) -> Crowd:
    """A crowd whose analysts have signed in."""
    accounts = {each["username"]: each for each in json.loads((system.var_dir / "demo-accounts.json").read_text())}
    crowd = Crowd(system.doors)
    crowd.sign_in(
        [Account(name, accounts[name]["password"], current_otp_code(name, now=timezone.now())) for name in ANALYSTS]
    )
    connection.close()
    return crowd
