"""A layer at work, output by output: what is shown as plain data, then drawn, then one GIF."""
