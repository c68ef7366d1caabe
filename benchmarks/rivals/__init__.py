"""What a user of each model server would write; each runs in its own environment, build/rivals/."""
