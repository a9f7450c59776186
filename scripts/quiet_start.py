"""Ctrl-C and SIGTERM end a program without a traceback; imported before all that takes time."""

from __future__ import annotations

import signal
import sys
from types import FrameType

INTERRUPTED = 128 + signal.SIGINT


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(INTERRUPTED if number == signal.SIGINT else 0)


for one in (signal.SIGINT, signal.SIGTERM):
    signal.signal(one, _end)
