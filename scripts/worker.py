"""What the server loads in each worker: the application, in a process that does not outlive its parent."""

from __future__ import annotations

import ctypes
import os
import signal

from wsgi import app

PR_SET_PDEATHSIG = 1

__all__ = ["app"]


def end_with_parent() -> None:
    """Have Linux stop this worker when the server is killed: it would go on answering, with nobody to stop it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == 1:  # the parent was gone before we could ask
        os.kill(os.getpid(), signal.SIGTERM)


end_with_parent()
