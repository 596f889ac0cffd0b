"""`python -m server.cli` is `tally87`."""

from server.cli import main

main()
