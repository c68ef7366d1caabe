"""What comes over a connection before a route sees it: limits, deadlines and refusals.

uvicorn has no limit on headers or connections that is told to the client, and no deadline but the
one between two requests. This folder is the only place that reaches into its protocol class. What
is used of it beyond asyncio's own callbacks, held by tests/serving/test_internals.py: the parser's
callbacks `on_*`, `send_400_response`, `_start_asgi_task`, `cycle` with `response_started`,
`response_complete`, `keep_alive`, `disconnected`, `waiting_for_100_continue`, `message_event`,
`body` and `transport`, of which it calls three methods; `pipeline` (the newest first), and `flow`
with its limit.
"""
