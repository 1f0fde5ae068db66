"""Operations: traces, the windowed pulse, parked events, one matter through every service."""
