"""The lines of all containers, from Loki. The native run has no Loki, and so it has no such dashboard."""

from grafana.board import Board, Row, Variable
from grafana.loki import LOKI, counts, records

_CHOSEN = '{service_name=~"$service", level=~"$level"}'
_FOUND = f"{_CHOSEN} |~ `(?i)${{search:regex}}`"

BOARD = Board(
    "logs",
    "Logs",
    "What do the containers write? Every line of every container, with the way from a line to its trace.",
    [
        Row(
            "How many",
            [
                counts(
                    "Lines by level",
                    "Did something become loud, or fail? Lines of the chosen services that hold the text.",
                    f"sum by (level) (count_over_time({_FOUND} [$__auto]))",
                    "{{level}}",
                ),
                counts(
                    "Errors by service",
                    "Which service complains? Lines of the levels error and critical.",
                    'sum by (service_name) (count_over_time({service_name=~"$service", level=~"error|critical"}'
                    " |~ `(?i)${search:regex}` [$__auto]))",
                    "{{service_name}}",
                ),
            ],
        ),
        Row(
            "Lines",
            [
                records(
                    "Newest lines",
                    "What do they say? The newest 500. Open a line for its fields, and for the way to its trace.",
                    _FOUND,
                ),
            ],
        ),
    ],
    variables=[
        Variable("service", "Service", "service_name", "", source=LOKI),
        Variable("level", "Level", "level", "", source=LOKI),
    ],
    alerts="",
    search="Text",
)
