"""The product service: the catalogue, its cache, and the stock."""
