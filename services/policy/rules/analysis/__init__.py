"""What can be said of rules without asking anybody: whether somebody could satisfy them at all."""
