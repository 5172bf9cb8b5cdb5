"""Keeping a customer: opening the account, its facts, its places, its people and its buyers."""
