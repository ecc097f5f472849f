"""Kinds of people, a file each."""
