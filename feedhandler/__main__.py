"""`python -m feedhandler` is the `feedhandler` command."""

from feedhandler.cli.main import main

main()
