"""A layer to take away: as a file, as a program, as a line of code."""
