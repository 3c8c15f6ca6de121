"""The server: the graph over HTTP, read-only by design.

A request comes in at `process` (the socket, the signals), or without a socket at `application.ask`,
and passes `security` (Host, sizes, headers, errors), which asks `application` (the routes). A
route reads the request (`requests`, `address`) and gives a job to the pool of `coopgraph.guard`:
the process that answers HTTP evaluates nothing. A worker (`jobs`) has the graph open, does the
job and returns bytes with their headers, which `page.answer` sends; what is raised on the way
`problems` words as text, problem details or a page.

    pages/        what people read, each page one module with its template in templates/
    page.py       what such a module is made of
    sparql.py     /sparql, the SPARQL 1.1 Protocol
    graphs.py     /graphs, VoID, the description of the service, /dump

A page is added by one module in pages/ and one template.
"""
