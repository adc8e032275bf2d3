"""Programs that tests start hear Ctrl-C and hang-ups, however the tests themselves were started.

A shell's background job, and nohup, are deaf to them, and so is whatever they start.
"""

import signal

for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)
