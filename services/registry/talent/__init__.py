"""A talent's file: what is stated about a person, by whom, for which time."""
