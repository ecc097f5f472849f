"""Events: published, delivered, retried, given up."""

from grafana.board import Board, Row, Variable
from grafana.panels import Q, bars, latency, lines, number, yes_no
from grafana.promql import NONE, increase, named, rare, rate, ratio

PROCESS = "messaging_process_duration_seconds"
REDELIVERED = "shop_messages_redelivered_total"
# A destination is `exchange:routing key`, and of a consumer also `:queue`.
DESTINATION = "messaging_destination_name"
QUEUE = f'{DESTINATION}=~".+:$queue"'
READY = "rabbitmq_detailed_queue_messages_ready"
UNACKED = "rabbitmq_detailed_queue_messages_unacked"
CONSUMERS = "rabbitmq_detailed_queue_consumers"
WORK = 'queue!~".*(dead|retry.*|replay|tap)"'
BROKER = 'instance="rabbitmq"'

BOARD = Board(
    "messaging",
    "Messaging",
    "Events between the services: the outboxes, RabbitMQ, the consumers, retries and dead letters.",
    [
        Row(
            "Now",
            [
                yes_no(
                    "RabbitMQ up",
                    "Does the broker answer? Whether RabbitMQ answered its last scrape.",
                    f'min(up{{job="rabbitmq", {BROKER}}})',
                ),
                number(
                    "Events published",
                    "How many events a second? Events that the broker confirmed.",
                    "ops",
                    Q(rate("messaging_client_sent_messages_total", where='error_type=""'), "published"),
                ),
                number(
                    "Events waiting in outboxes",
                    "How many wait in the outboxes? Events that the broker has not confirmed.",
                    "none",
                    Q("sum(max by (job) (shop_outbox_pending_events))", "waiting"),
                    steps=((50, "orange"), (500, "red")),
                ),
                number(
                    "Messages in work queues",
                    "How many wait in the work queues? Messages ready for a consumer.",
                    "none",
                    Q(f"sum({READY}{{{WORK}}})", "ready"),
                    steps=((100, "orange"), (1000, "red")),
                ),
                number(
                    "Dead letters",
                    "How many are given up? "
                    "Messages in dead-letter queues now. Look at them, and replay them, with ./shop dlq.",
                    "none",
                    Q(f'sum({READY}{{queue=~".*dead"}})', "dead"),
                    steps=((1, "red"),),
                ),
                number(
                    "Queues without consumer",
                    "How many queues does nobody read? Work queues without a consumer. 0 is healthy.",
                    "none",
                    Q(f"count({CONSUMERS}{{{WORK}}} == 0){NONE}", "without"),
                    steps=((1, "red"),),
                ),
            ],
        ),
        Row(
            "Publishing",
            [
                lines(
                    "Published events by type",
                    "Which events are published? "
                    "Events a second that were handed to the broker, by destination; `confirmed`, or what failed.",
                    "ops",
                    Q(
                        named(
                            rate("messaging_client_sent_messages_total", by=f"{DESTINATION}, error_type"),
                            "error_type",
                            "confirmed",
                        ),
                        f"{{{{{DESTINATION}}}}} {{{{error_type}}}}",
                    ),
                    stack=True,
                ),
                lines(
                    "Events waiting by outbox",
                    "Is an outbox filling? Events not yet confirmed, by service.",
                    "none",
                    Q("max by (job) (shop_outbox_pending_events)", "{{job}}"),
                    steps=((500, "red"),),
                ),
                lines(
                    "Oldest waiting event by outbox",
                    "Is an outbox stuck? Age of the oldest event that is not yet confirmed.",
                    "s",
                    Q("max by (job) (shop_outbox_oldest_event_age_seconds)", "{{job}}"),
                    steps=((30, "red"),),
                ),
            ],
        ),
        Row(
            "RabbitMQ",
            [
                lines(
                    "Ready messages by queue",
                    "Which queues are filling? Messages ready for a consumer, by work queue.",
                    "none",
                    Q(f"sum by (queue) ({READY}{{{WORK}}})", "{{queue}}"),
                    steps=((1000, "red"),),
                ),
                lines(
                    "Unacknowledged messages by queue",
                    "How many are being worked on? Messages delivered and not yet acknowledged, by work queue.",
                    "none",
                    Q(f"sum by (queue) ({UNACKED}{{{WORK}}})", "{{queue}}"),
                ),
                bars(
                    "Consumers by queue",
                    "Who consumes? Consumers of each work queue: one for each replica of its service.",
                    "none",
                    Q(f"sum by (queue) ({CONSUMERS}{{{WORK}}})", "{{queue}}"),
                ),
                lines(
                    "Messages waiting for a retry",
                    "How many messages wait for another attempt? Messages in the delay queues, by queue.",
                    "none",
                    Q(f'sum by (queue) ({READY}{{queue=~".*retry.*"}})', "{{queue}}"),
                ),
                lines(
                    "Dead letters by queue",
                    "Where do dead letters lie? Messages in each dead-letter queue.",
                    "none",
                    Q(f'sum by (queue) ({READY}{{queue=~".*dead"}})', "{{queue}}"),
                    steps=((1, "red"),),
                ),
                lines(
                    "Broker throughput",
                    "How much does the broker take and give? "
                    "Messages a second that RabbitMQ received and delivered.",
                    "ops",
                    Q(rate("rabbitmq_global_messages_received_total"), "received"),
                    Q(rate("rabbitmq_global_messages_delivered_total"), "delivered"),
                    Q(rate("rabbitmq_global_messages_acknowledged_total"), "acknowledged"),
                ),
            ],
        ),
        Row(
            "Consumers of $queue",
            [
                lines(
                    "Deliveries by event and outcome",
                    "What becomes of its messages? "
                    "Deliveries a second by event and outcome: ok, duplicate, retried or dead.",
                    "ops",
                    Q(
                        rate(f"{PROCESS}_count", by=f"{DESTINATION}, shop_message_outcome", where=QUEUE),
                        f"{{{{{DESTINATION}}}}} {{{{shop_message_outcome}}}}",
                    ),
                    stack=True,
                ),
                latency(
                    "Processing time quantiles",
                    "How long does a message take? "
                    "Time to handle one delivery. A dot is a message: click it for its trace.",
                    PROCESS,
                    where=QUEUE,
                ),
                lines(
                    "Deliveries not done at once",
                    "What share does not succeed at once? Deliveries that were retried, given up or not answered.",
                    "percentunit",
                    Q(
                        ratio(
                            rate(
                                f"{PROCESS}_count",
                                where=f'{QUEUE}, shop_message_outcome=~"retried|dead|unanswered"',
                            ),
                            rate(f"{PROCESS}_count", where=QUEUE),
                        ),
                        "not at once",
                    ),
                    steps=((0.1, "orange"), (0.5, "red")),
                    top=1,
                ),
            ],
        ),
        Row(
            "Trouble",
            [
                lines(
                    "Redeliveries by queue",
                    "Which queues deliver again? Deliveries in 5 minutes that are not the first of their message.",
                    "none",
                    Q(increase(REDELIVERED, by="queue"), "{{queue}}"),
                ),
                lines(
                    "New dead letters by queue",
                    "Which messages were given up? "
                    "Messages moved to a dead-letter queue in 5 minutes, by queue and event. The broker does it "
                    "by itself with one that its consumers died of.",
                    "none",
                    Q(
                        increase("shop_messages_dead_lettered_total", by="queue, event"),
                        "{{queue}} {{event}}",
                    ),
                    Q(
                        rare(increase("rabbitmq_global_messages_dead_lettered_delivery_limit_total")),
                        "by the broker",
                    ),
                    steps=((1, "red"),),
                ),
                lines(
                    "Broker alarms",
                    "Is the broker alarmed? "
                    "1 while RabbitMQ blocks publishers: memory, disk or file descriptors are short.",
                    "none",
                    Q("max(rabbitmq_alarms_memory_used_watermark)", "memory"),
                    Q("max(rabbitmq_alarms_free_disk_space_watermark)", "disk"),
                    Q("max(rabbitmq_alarms_file_descriptor_limit)", "descriptors"),
                    steps=((1, "red"),),
                ),
                lines(
                    "Broker memory",
                    "How much memory does the broker use? "
                    "Resident memory, and the limit at which it blocks publishers.",
                    "bytes",
                    Q("sum(rabbitmq_process_resident_memory_bytes)", "used"),
                    Q("sum(rabbitmq_resident_memory_limit_bytes)", "limit"),
                ),
                lines(
                    "Connections and channels",
                    "Who is connected? Connections and channels of the broker.",
                    "none",
                    Q(f"sum(rabbitmq_connections{{{BROKER}}})", "connections"),
                    Q(f"sum(rabbitmq_channels{{{BROKER}}})", "channels"),
                ),
                lines(
                    "Unroutable messages",
                    "Do messages find no queue? "
                    "Messages a second that no queue was bound for. Always 0: publishing one is an error.",
                    "ops",
                    Q(rate("rabbitmq_global_messages_unroutable_returned_total"), "returned"),
                    Q(rate("rabbitmq_global_messages_unroutable_dropped_total"), "dropped"),
                    steps=((0.001, "red"),),
                ),
            ],
        ),
    ],
    variables=[Variable("queue", "Queue", f"label_values({REDELIVERED}, queue)", "product.orders", several=True)],
)
