"""`make audit`: checks every page with browsers, a crawler, readers of feeds and an independent validator.

`sweep` crawls and checks pages, `speed` measures them, `result_file` keeps the results, `report` prints them. `make test` does not run it.
"""
