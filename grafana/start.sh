#!/bin/sh
# Puts the addresses of this installation into the dashboards' links, then starts Grafana.
# Usage: start.sh SOURCE TARGET COMMAND...    with SHOP_URL, JAEGER_URL, RABBITMQ_URL and PROMETHEUS_URL
set -eu
source=$1 target=$2
shift 2
mkdir -p "$target"
for file in "$source"/*.json "$source"/containers/*.json; do
    if [ ! -f "$file" ]; then continue; fi # in Kubernetes there are none of containers
    sed -e "s|\"http://localhost:8080\"|\"$SHOP_URL\"|" \
        -e "s|\"http://localhost:16686\"|\"$JAEGER_URL\"|" \
        -e "s|\"http://localhost:15672\"|\"$RABBITMQ_URL\"|" \
        -e "s|\"http://localhost:9090\"|\"$PROMETHEUS_URL\"|" "$file" > "$target/${file##*/}"
done
exec "$@"
