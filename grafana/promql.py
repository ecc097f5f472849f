"""Small pieces of PromQL that the panels share."""

__all__ = ["NONE", "WINDOW", "ZERO", "increase", "named", "quantile", "rare", "rate", "ratio", "zero_for"]

WINDOW = "1m"  # twelve scrapes: short enough to see a change, long enough to have data soon
NONE = " or vector(0)"  # the count of nothing
ZERO = " or on() vector(0)"  # a stand-in for a series that begins with its first event


def rate(metric: str, *, by: str = "", where: str = "", window: str = WINDOW) -> str:
    """Events a second of a counter, added up over `by`."""
    return f"sum{_by(by)}(rate({metric}{_where(where)}[{window}]))"


def increase(metric: str, *, by: str = "", where: str = "", window: str = "5m") -> str:
    """Events of a counter within the window, added up over `by`; whole ones, though Prometheus extrapolates."""
    return f"round(sum{_by(by)}(increase({metric}{_where(where)}[{window}])))"


def quantile(q: float, histogram: str, *, by: str = "", where: str = "", window: str = WINDOW) -> str:
    """A quantile of a histogram (its name without `_bucket`); only where something was observed."""
    labels = f"le, {by}" if by else "le"
    share = f"histogram_quantile({q}, {rate(histogram + '_bucket', by=labels, where=where, window=window)})"
    return f"{share} and {rate(histogram + '_count', by=by, where=where, window=window)} > 0"


def ratio(part: str, whole: str, *, by: str = "") -> str:
    """part / whole, 0 where there is a whole and no part."""
    return f"({zero_for(part, whole)}) / ({whole} > 0)" if by else f"({part}{NONE}) / ({whole} > 0)"


def zero_for(part: str, whole: str) -> str:
    """`part`, and 0 for each series that only `whole` has."""
    return f"{part} or 0 * {whole}"


def named(expr: str, label: str, name: str) -> str:
    """`expr`, where series that lack the label have `name` there: an empty label is none, and no legend."""
    return f'label_replace({expr}, "{label}", "{name}", "{label}", "")'


def rare(expr: str) -> str:
    """`expr`, or 0 where it has no series: it never happened. The proof of panels asks without the 0."""
    return f"{expr}{ZERO}"


def _by(labels: str) -> str:
    return f" by ({labels}) " if labels else ""


def _where(matchers: str) -> str:
    return f"{{{matchers}}}" if matchers else ""
