"""What a client sends, understood: its body, what that says, and what is wanted of the answer."""
