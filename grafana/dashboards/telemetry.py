"""The telemetry of the telemetry: is what the other dashboards show complete?"""

from grafana.board import Board, Row, Variable
from grafana.panels import Q, bars, lines, number, yes_no
from grafana.promql import NONE, increase, rate

TARGET = 'job="$job"'
PROCESSED = "otel_sdk_processor_span_processed_total"
EXPORTED = "otel_sdk_exporter_span_exported_total"
LOST = 'error_type!=""'
LOST_SPANS = f"{rate(PROCESSED, by='job', where=LOST)} + {rate(EXPORTED, by='job', where=LOST)}"  # a second
# Jaeger names its memory as a collector does, which adds the unit or not; its stand-in, as every other process.
RESIDENT = (
    'process_resident_memory_bytes{job=~"prometheus|jaeger"} or {__name__=~"otelcol_process_memory_rss(_bytes)?"}'
)

BOARD = Board(
    "telemetry",
    "Telemetry health",
    "Can the other dashboards be believed? Scrapes, series, spans, exemplars and notifications.",
    [
        Row(
            "Now",
            [
                number(
                    "Targets down",
                    "How many targets do not answer? Targets whose last scrape failed.",
                    "none",
                    Q(f"count(up == 0){NONE}", "down"),
                    steps=((1, "red"),),
                ),
                number(
                    "Spans dropped",
                    "How many spans were lost? Spans of the last 5 minutes that never reached the trace store.",
                    "none",
                    Q(f"{increase(PROCESSED, where=LOST)} + {increase(EXPORTED, where=LOST)}", "dropped"),
                    steps=((1, "orange"), (1000, "red")),
                ),
                number(
                    "Spans queued",
                    "How many spans are waiting? Spans in the export queues of all services.",
                    "none",
                    Q("sum(otel_sdk_processor_span_queue_size)", "waiting"),
                    steps=((2000, "orange"), (10000, "red")),
                ),
                number(
                    "Series",
                    "How many series are there? "
                    "Series in Prometheus' memory. A jump means that a label is not bounded.",
                    "none",
                    Q("max(prometheus_tsdb_head_series)", "series"),
                    steps=((50000, "orange"), (200000, "red")),
                ),
                number(
                    "Alertmanagers found",
                    "How many would hear of an alert? "
                    "Alertmanagers that Prometheus has found. With 0 of them no alert is heard.",
                    "none",
                    Q("max(prometheus_notifications_alertmanagers_discovered)", "receivers"),
                    steps=((0, "red"), (1, "green")),
                ),
                yes_no(
                    "Configuration reloaded",
                    "Is the configuration the newest? "
                    "Whether the last reload of Prometheus' configuration succeeded.",
                    "min(prometheus_config_last_reload_successful)",
                ),
            ],
        ),
        Row(
            "Scrapes",
            [
                lines(
                    "Scrape duration by job",
                    "How long does a scrape take? "
                    "Duration of the last scrape by job, the slowest instance. The limit is 4 s.",
                    "s",
                    Q("max by (job) (scrape_duration_seconds)", "{{job}}"),
                    steps=((2, "orange"), (4, "red")),
                ),
                lines(
                    "Samples by job",
                    "How many samples does each job give? Samples of the last scrape, over all instances.",
                    "none",
                    Q("sum by (job) (scrape_samples_scraped)", "{{job}}"),
                ),
                lines(
                    "New series by job",
                    "Which job makes new series? "
                    "Series that were new at the last scrape. Always new ones: a label is not bounded.",
                    "none",
                    Q("sum by (job) (scrape_series_added)", "{{job}}"),
                ),
            ],
        ),
        Row(
            "Job $job",
            [
                bars(
                    "Targets up",
                    "Which of its targets answer? 1: the last scrape succeeded.",
                    "none",
                    Q(f"min by (instance) (up{{{TARGET}}})", "{{instance}}"),
                ),
                lines(
                    "Samples by instance",
                    "How many samples does each instance give? "
                    "Samples of the last scrape. No service may have more than 1,500 (prometheus/series.toml).",
                    "none",
                    Q(f"max by (instance) (scrape_samples_scraped{{{TARGET}}})", "{{instance}}"),
                    steps=((1500, "red"),),
                ),
                lines(
                    "Scrape duration by instance",
                    "How long does each instance take? Duration of the last scrape.",
                    "s",
                    Q(f"max by (instance) (scrape_duration_seconds{{{TARGET}}})", "{{instance}}"),
                    steps=((1, "orange"),),
                ),
            ],
        ),
        Row(
            "Traces",
            [
                lines(
                    "Dropped spans by service",
                    "Are spans lost? "
                    "Spans a second that never reached the trace store: it is away, too slow, or refuses them.",
                    "ops",
                    Q(LOST_SPANS, "{{job}}"),
                    steps=((1, "orange"),),
                ),
                lines(
                    "Export queue by service",
                    "How full are the export queues? Spans that wait, the fullest replica of each service.",
                    "none",
                    Q("max by (job) (otel_sdk_processor_span_queue_size)", "{{job}}"),
                    steps=((2000, "orange"),),
                ),
                lines(
                    "Trace store scrape time",
                    "How soon does the trace store answer? "
                    "How long its last scrape took; `Targets up` says whether it succeeded.",
                    "s",
                    Q('max(scrape_duration_seconds{job="jaeger"})', "scrape"),
                ),
            ],
        ),
        Row(
            "Prometheus and Alertmanager",
            [
                lines(
                    "Samples stored",
                    "How many samples are stored? Samples a second that Prometheus writes to its store.",
                    "ops",
                    Q(rate("prometheus_tsdb_head_samples_appended_total"), "samples"),
                ),
                lines(
                    "Exemplars kept",
                    "How many exemplars are kept? Exemplars in memory: each is a dot that opens a trace.",
                    "none",
                    Q("max(prometheus_tsdb_exemplar_exemplars_in_storage)", "kept"),
                    Q("max(prometheus_tsdb_exemplar_max_exemplars)", "at most"),
                ),
                lines(
                    "Query duration by part",
                    "How long do queries take? The 90th percentile of queries by part, of dashboards and rules.",
                    "s",
                    Q('max by (slice) (prometheus_engine_query_duration_seconds{quantile="0.9"})', "{{slice}}"),
                ),
                lines(
                    "Memory of the stores",
                    "How much memory do the stores use? Resident memory of Prometheus and the trace store.",
                    "bytes",
                    Q(f"max by (job) ({RESIDENT})", "{{job}}"),
                ),
                lines(
                    "Alerts by state",
                    "Which alerts does the Alertmanager hold? Alerts by state: active or suppressed.",
                    "none",
                    Q("sum by (state) (alertmanager_alerts)", "{{state}}"),
                    stack=True,
                ),
                lines(
                    "Notifications sent and failed",
                    "Are notifications delivered? Requests a second to receivers, and those that failed.",
                    "ops",
                    Q(rate("alertmanager_notification_requests_total"), "sent"),
                    Q(rate("alertmanager_notification_requests_failed_total"), "failed"),
                    steps=((0.1, "red"),),
                ),
            ],
        ),
    ],
    variables=[Variable("job", "Job", "label_values(up, job)", "order-service")],
)
