"""The sample world: real policies and chains, synthetic people, and one arrival played through."""
