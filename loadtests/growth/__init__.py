"""How answers slow down while the shop grows: `python -m loadtests.growth`."""
