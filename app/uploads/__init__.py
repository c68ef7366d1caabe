"""Models that people send: checked, run in a process of their own, forgotten after a while."""
