"""The processes: event loop, garbage collection, memory, CPU, file descriptors."""

from grafana.board import Board, Row, Variable
from grafana.panels import Q, bars, lines, number
from grafana.promql import quantile, rate

LAG = "shop_event_loop_lag_seconds"
JOB = 'job=~"$service"'
OURS = 'job=~".+-service|payment-provider"'
MEMORY = "process_resident_memory_bytes"
LIMIT = "clamp_max(shop_process_memory_limit_bytes, 500e6)"  # as in the alert MemoryHigh

BOARD = Board(
    "runtime",
    "Runtime",
    "The Python processes of the services: event loop, garbage collection, memory, CPU and file descriptors.",
    [
        Row(
            "All services",
            [
                lines(
                    "p99 event loop lag by service",
                    "Which event loop is blocked? "
                    "The delay of 99 % of timers, by service. A blocked loop delays every request of its process.",
                    "s",
                    Q(quantile(0.99, LAG, by="job"), "{{job}}"),
                    steps=((0.1, "orange"), (0.5, "red")),
                ),
                lines(
                    "CPU by service",
                    "Which service uses the processor? Processor time of all replicas: 100 % is one core.",
                    "percentunit",
                    Q(rate("process_cpu_seconds_total", by="job", where=OURS), "{{job}}"),
                    stack=True,
                ),
                lines(
                    "Memory by service",
                    "Which service uses memory? Resident memory, all replicas together.",
                    "bytes",
                    Q(f"sum by (job) ({MEMORY}{{{OURS}}})", "{{job}}"),
                    stack=True,
                ),
            ],
        ),
        Row(
            "$service now",
            [
                number(
                    "p99 event loop lag",
                    "How late is the event loop? The delay of 99 % of timers that were due.",
                    "s",
                    Q(quantile(0.99, LAG, where=JOB), "p99"),
                    steps=((0.1, "orange"), (0.5, "red")),
                ),
                number(
                    "CPU",
                    "How much processor? All replicas together: 100 % is one core.",
                    "percentunit",
                    Q(rate("process_cpu_seconds_total", where=JOB), "cores"),
                    steps=((1.5, "orange"),),
                ),
                number(
                    "Memory, share of limit",
                    "How near is memory to its limit? Resident memory of the replica that is nearest; "
                    "without a limit, or with a larger one, as a share of 500 MB.",
                    "percentunit",
                    Q(f"max({MEMORY}{{{JOB}}} / on (job, instance) {LIMIT})", "used"),
                    steps=((0.8, "orange"), (0.9, "red")),
                ),
                number(
                    "Uptime",
                    "How long has it been running? "
                    "Time since the newest replica started. Short: it was restarted.",
                    "s",
                    Q(f"time() - max(process_start_time_seconds{{{JOB}}})", "since"),
                ),
                number(
                    "Open files",
                    "How many files are open? File descriptors of the replica with the most.",
                    "none",
                    Q(f"max(process_open_fds{{{JOB}}})", "open"),
                ),
                number(
                    "Open files, share of limit",
                    "How much of the limit is that? "
                    "Open file descriptors, as a share of what the process may open.",
                    "percentunit",
                    Q(f"max(process_open_fds{{{JOB}}} / process_max_fds{{{JOB}}})", "used"),
                    steps=((0.7, "orange"), (0.9, "red")),
                ),
            ],
        ),
        Row(
            "$service by instance",
            [
                lines(
                    "p99 event loop lag by replica",
                    "How late does each event loop run? The delay of 99 % of timers, by instance.",
                    "s",
                    Q(quantile(0.99, LAG, by="instance", where=JOB), "{{instance}}"),
                    steps=((0.1, "orange"),),
                ),
                lines(
                    "CPU by replica",
                    "How much processor does each use? "
                    "100 % is one core, and a process of Python can use no more.",
                    "percentunit",
                    Q(rate("process_cpu_seconds_total", by="instance", where=JOB), "{{instance}}"),
                    steps=((0.9, "red"),),
                ),
                lines(
                    "Memory by replica",
                    "Does memory grow? Resident memory by instance. It should be flat after the first minutes.",
                    "bytes",
                    Q(f"sum by (instance) ({MEMORY}{{{JOB}}})", "{{instance}}"),
                ),
                lines(
                    "Garbage collections by generation",
                    "How often is garbage collected? "
                    "Collections a second by generation; generation 2 looks at everything.",
                    "ops",
                    Q(
                        rate("python_gc_collections_total", by="generation", where=JOB),
                        "generation {{generation}}",
                    ),
                ),
                lines(
                    "Objects collected by generation",
                    "How much garbage is found? Objects a second that only cycles kept alive, by generation.",
                    "ops",
                    Q(
                        rate("python_gc_objects_collected_total", by="generation", where=JOB),
                        "generation {{generation}}",
                    ),
                ),
                lines(
                    "Open files by replica",
                    "Are descriptors leaking? Open file descriptors by instance. It should not only grow.",
                    "none",
                    Q(f"sum by (instance) (process_open_fds{{{JOB}}})", "{{instance}}"),
                ),
                lines(
                    "Virtual memory by replica",
                    "What does the process reserve? Virtual memory by instance.",
                    "bytes",
                    Q(f"sum by (instance) (process_virtual_memory_bytes{{{JOB}}})", "{{instance}}"),
                ),
                lines(
                    "CPU per request",
                    "How much processor does a request cost? "
                    "Processor seconds for each request, background work included.",
                    "s",
                    Q(
                        f"{rate('process_cpu_seconds_total', where=JOB)} / "
                        f"({rate('http_server_request_duration_seconds_count', where=JOB)} > 0)",
                        "a request",
                    ),
                ),
                bars(
                    "Requests in hand by replica",
                    "How many requests does each have in hand? "
                    "Requests in progress at the last scrape, and those that wait for their turn in a burst.",
                    "none",
                    Q(f"sum by (instance) (http_server_active_requests{{{JOB}}})", "{{instance}}"),
                    Q(f"sum by (instance) (shop_http_waiting_requests{{{JOB}}})", "{{instance}} waiting"),
                ),
            ],
        ),
        Row(
            "What Python cannot free",
            [
                lines(
                    "Uncollectable objects by service",
                    "Is there garbage that stays? Objects that were found and could not be freed. Always 0.",
                    "none",
                    Q("sum by (job) (python_gc_objects_uncollectable_total)", "{{job}}"),
                    steps=((1, "red"),),
                ),
                lines(
                    "Memory by job",
                    "How much memory does each part of the platform use? "
                    "Resident memory of everything that says so, by job.",
                    "bytes",
                    Q(f"sum by (job) ({MEMORY})", "{{job}}"),
                ),
                lines(
                    "CPU by job",
                    "Which part uses the processor? By everything that says so, by job: 100 % is one core.",
                    "percentunit",
                    Q(rate("process_cpu_seconds_total", by="job"), "{{job}}"),
                ),
            ],
        ),
    ],
    variables=[Variable("service", "Service", f"label_values({LAG}_count, job)", "order-service", several=True)],
    alerts='service=~"${service:regex}"',  # Grafana writes several as {a,b} where no format is named
)
