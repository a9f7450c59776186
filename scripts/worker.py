"""What the server loads in each worker: the application, in a process that does not outlive its parent."""

from __future__ import annotations

import scripts.worker_signals  # noqa: F401  # isort: skip -- the import below takes long, and may be stopped
import gc

from wsgi import app

app.extensions["jobs"].work_in_memory()

# What is loaded now stays for good: the collector need not look through it again, nor look after every few requests.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)

__all__ = ["app"]
