"""The standing evaluation: what each talent is entitled to, kept current and recorded."""
