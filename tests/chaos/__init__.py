"""Runs under random faults and kills, each from a seed: nothing lost, nothing doubled, no false success."""
