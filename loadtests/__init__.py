"""Load: people who use the shop, by Locust. `./shop load <scenario>`; README.md says how to add one."""
