"""The outside world: for each service a Protocol, the real client, and a local stand-in."""
