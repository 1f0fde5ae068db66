"""The texts that receipts are written behind."""
