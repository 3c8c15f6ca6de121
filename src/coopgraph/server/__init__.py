"""The server: the graph over HTTP, read-only by design.

    application.py   the application: routes, the pool of workers
    settings.py      what an operator may set
    security.py      what holds for every request: Host, limits, headers, errors
    errors.py        errors as answers: status, text, problem details, page
    protocol.py      /sparql, the SPARQL 1.1 Protocol
    graphs.py        Graph Store Protocol, VoID, dump
    pages.py         what people read
    jobs/            what runs in the worker processes
    running.py       the socket and the signals

The process that answers HTTP evaluates nothing: each query is a job of `coopgraph.guard`.
"""
