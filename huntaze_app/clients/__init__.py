"""The outside world: for each service a Protocol and the client that keeps it; nothing else imports a vendor."""
