"""The payment service: payments and refunds of orders, settled with the provider."""
