"""Checkers for the exercises: ``check("momentum-1", answer)`` says whether an answer is right, and if not, why.

An answer is a number, a tuple of numbers, or a function; each exercise's checker stands in the module of its chapter
under ``descent.answers``.
"""
