"""What can go wrong with the embedded server."""


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot run; the sentence says what to change."""
