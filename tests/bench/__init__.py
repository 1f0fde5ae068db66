"""How fast it is, beside others on the same machine in the same run."""
