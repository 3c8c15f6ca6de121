"""`python -m coopgraph` is the command `coopgraph`."""

from coopgraph.cli import main

if __name__ == "__main__":
    main()
