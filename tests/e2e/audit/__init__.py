"""`make audit`: every page of the portal as browsers, crawlers, readers and an independent validator meet it.

`sweep` walks and looks, `speed` weighs and times, `ledger` remembers what was found clean, `report` says it. `make test` collects none of it.
"""
