"""The commands of ./shop, one a file: its name, its group, its arguments and what it calls."""
