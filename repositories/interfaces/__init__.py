"""What every backend promises; each docstring is the contract that both backends are tested against."""
