"""The traceparent cases of W3C's own tests (https://github.com/w3c/trace-context, test/test.py), as data.

`TAKEN` and `NEW` hold values of one header: the trace `TRACE` is continued for the first, and a new one is started
for the second. Flags do not matter: whether a trace is recorded is ours to decide.
"""

TRACE = "12345678901234567890123456789012"
SPAN = "1234567890123456"

TAKEN = {
    "plain": f"00-{TRACE}-{SPAN}-01",
    "not sampled": f"00-{TRACE}-{SPAN}-00",
    "random flag": f"00-{TRACE}-{SPAN}-03",
    "future version": f"cc-{TRACE}-{SPAN}-01",
    "future version with more": f"cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like",
    "version 01 with more": f"01-{TRACE}-{SPAN}-01-extra",
    "space before": f" 00-{TRACE}-{SPAN}-01",
    "tab before": f"\t00-{TRACE}-{SPAN}-01",
    "space after": f"00-{TRACE}-{SPAN}-01 ",
    "tab after": f"00-{TRACE}-{SPAN}-01\t",
    "white space around": f"\t 00-{TRACE}-{SPAN}-01 \t",
}

NEW = {
    "nothing": "",
    "dot after": f"00-{TRACE}-{SPAN}-01.",
    "version 00 with more": f"00-{TRACE}-{SPAN}-01-what-the-future-will-be-like",
    "future version with a dot": f"cc-{TRACE}-{SPAN}-01.what-the-future-will-be-like",
    "version ff": f"ff-{TRACE}-{SPAN}-01",
    "version with a dot first": f".0-{TRACE}-{SPAN}-01",
    "version with a dot last": f"0.-{TRACE}-{SPAN}-01",
    "version of three": f"000-{TRACE}-{SPAN}-01",
    "version of four": f"0000-{TRACE}-{SPAN}-01",
    "version of one": f"0-{TRACE}-{SPAN}-01",
    "trace of zeros": f"00-{'0' * 32}-{SPAN}-01",
    "trace with a dot first": f"00-.{TRACE[1:]}-{SPAN}-01",
    "trace with a dot last": f"00-{TRACE[:-1]}.-{SPAN}-01",
    "trace too long": f"00-{TRACE}3-{SPAN}-01",
    "trace too short": f"00-{TRACE[:-1]}-{SPAN}-01",
    "trace in capitals": f"00-{'ABCDEF' + TRACE[6:]}-{SPAN}-01",
    "span of zeros": f"00-{TRACE}-{'0' * 16}-01",
    "span with a dot first": f"00-{TRACE}-.{SPAN[1:]}-01",
    "span with a dot last": f"00-{TRACE}-{SPAN[:-1]}.-01",
    "span too long": f"00-{TRACE}-{SPAN}7-01",
    "span too short": f"00-{TRACE}-{SPAN[:-1]}-01",
    "flags with a dot first": f"00-{TRACE}-{SPAN}-.0",
    "flags with a dot last": f"00-{TRACE}-{SPAN}-0.",
    "flags too long": f"00-{TRACE}-{SPAN}-001",
    "flags too short": f"00-{TRACE}-{SPAN}-1",
    "two in one header": f"00-{TRACE}-{SPAN}-01, 00-{TRACE}-{SPAN}-01",
}

TRACESTATES = (
    "foo=1",
    "foo=1,bar=2",
    "",
    "foo=1,foo=2",
    "foo=1 \t , \t bar=2, \t baz=3",
    "foo=1,",
    "foo =1",
    "FOO=1",
    "foo@=1,bar=2",
    "=1",
    "foo=" + "x" * 600,
    ",".join(f"bar{number:02}={number}" for number in range(33)),
)
