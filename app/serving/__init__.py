"""How the service is run: the command's arguments, uvicorn, the worker processes, their end."""
