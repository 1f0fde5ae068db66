"""The same answers from a folder of policy files, without a running service."""
