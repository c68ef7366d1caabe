"""`/api/v1/pipeline`: layers in a row."""
