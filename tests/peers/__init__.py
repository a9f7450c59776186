"""The outside world of the tests: real protocol peers on loopback."""
