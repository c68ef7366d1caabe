"""Who may work now, where, and with how much memory."""
