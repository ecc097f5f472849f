"""Business metrics of the user service."""

from prometheus_client import Counter

__all__ = ["logins", "refreshes", "registrations"]

logins = Counter("shop_logins", "Logins: `success`, `failure` or `throttled`", ["outcome"])
registrations = Counter("shop_registrations", "Registrations: `created` or `duplicate`", ["outcome"])
refreshes = Counter(
    "shop_session_refreshes",
    "Refresh tokens presented: `rotated`, `reused` (its session was ended) or `unknown` (also: expired)",
    ["outcome"],
)

# A series that is there from the start lets rate() and alerts see its first increase.
for _outcome in ("success", "failure", "throttled"):
    logins.labels(_outcome)
for _outcome in ("created", "duplicate"):
    registrations.labels(_outcome)
for _outcome in ("rotated", "reused", "unknown"):
    refreshes.labels(_outcome)
