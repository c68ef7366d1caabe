"""What a client gets: JSON, .npy, PNG or safetensors, whole files, and their headers."""
