"""Networks as files, one module a format (see `coopgraph.formats`).

All are UTF-8, and the same bytes every time; lists are joined by ` | `, but stay lists in JSON.
"""
