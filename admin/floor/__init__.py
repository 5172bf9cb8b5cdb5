"""The warehouse floor: one hand, one scanner. Pick, pack, ship."""
