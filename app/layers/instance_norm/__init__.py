"""A family of one: the file of its own name is the layer, what it leans on is beside it."""
