"""What the server loads in each worker: the application, in a process that does not outlive its parent."""

from __future__ import annotations

import scripts.worker_signals  # noqa: F401  # isort: skip -- the import below takes long, and may be stopped
from wsgi import app

__all__ = ["app"]
