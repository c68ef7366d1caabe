"""The routes: thin, and the only place besides the pages that knows HTTP."""
