"""The rules in the frameworks' words: their formulas, their calls, and the way from one to another."""
