"""The `feedhandler` command, also as `python -m feedhandler`.

Until it is loaded, Ctrl-C ends it without a word, and SIGHUP ends no service. Before the first line here, while Python
starts (tens of milliseconds), both end it without a word; SIGHUP does not where it was ignored from the start (nohup).
"""

import signal
import sys

from feedhandler.cli.hang_up import EARLY

EARLY.begin(sys.argv[1:])
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from feedhandler.cli.main import main  # noqa: E402 (slow: not before signals are seen to)

if __name__ == "__main__":
    main()
