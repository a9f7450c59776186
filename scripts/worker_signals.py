"""How a worker is told to stop; imported before all that takes time.

Ctrl-C, and a supervisor that signals a whole group, reach the worker as well as its server, which passes the
signal on: two come at once. The second would interrupt granian's handler of the first and wait in it for a lock
that the first holds, for ever. So a thread of our own takes the signals and calls that handler, once.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import threading
import time

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 10  # the server waits as long; this is for a worker whose server is gone


def listen() -> None:
    """Take the signals of this process, and have Linux send SIGTERM when the server is killed.

    It would go on answering, with nobody to stop it. The signal comes when the thread that started the worker
    ends; granian starts and replaces workers in its main thread.
    """
    inherited = signal.getsignal(signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    threading.Thread(target=_stop_once, args=(inherited,), name="signals", daemon=True).start()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    parent = multiprocessing.parent_process()
    if parent is not None and os.getppid() != parent.pid:  # it was gone before we could ask
        os.kill(os.getpid(), signal.SIGTERM)


def _stop_once(inherited: object) -> None:
    while signal.sigwait({signal.SIGINT, signal.SIGTERM}) == signal.SIGINT:
        pass  # Ctrl-C: the server had it too, and will send SIGTERM
    handler = signal.getsignal(signal.SIGTERM)
    if callable(handler) and handler is not inherited:
        handler(signal.SIGTERM, None)
        time.sleep(STOP_SECONDS)
    os._exit(0)  # it was still loading, or cannot end


if multiprocessing.parent_process() is not None:
    listen()
