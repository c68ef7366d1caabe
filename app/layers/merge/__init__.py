"""Where two paths of a network meet; a file here is a way in which they become one."""
