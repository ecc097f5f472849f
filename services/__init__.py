"""The services of the shop. None imports another; they meet over HTTP and events."""
