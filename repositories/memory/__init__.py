"""The backend that lives in one process: a real one, with keys, references, transactions and refusals."""
