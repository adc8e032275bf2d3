"""The `feedhandler` command, also as `python -m feedhandler`: until it is loaded, Ctrl-C ends it without a word."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from feedhandler.cli.main import main

if __name__ == "__main__":
    main()
