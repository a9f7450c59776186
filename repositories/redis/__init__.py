"""What may live in Redis instead: shared counts that nobody misses when they are gone."""
