"""`/api/v1/layers`: one layer run, planned, explained, exported."""
