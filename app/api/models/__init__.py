"""`/api/v1/models`: the networks."""
