# Keeps the gateway's log small in its container, where mtail reads it; what people read goes to stdout too.
while sleep 10; do
    size=$(stat -c %s "$LOG_DIR/gateway.log" 2>/dev/null || echo 0)
    if [ "$size" -gt 50000000 ]; then
        mv "$LOG_DIR/gateway.log" "$LOG_DIR/gateway.log.1"
        kill -USR1 1 # Nginx, which opens it anew
    fi
done
