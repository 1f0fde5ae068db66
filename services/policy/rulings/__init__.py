"""What bodies rule where one text allows what another forbids."""
