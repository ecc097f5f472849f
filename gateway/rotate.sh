# Looks every 10 seconds after files of the gateway in its container. Keeps the log small, where mtail reads it; what people read goes
# to stdout too. Lets Nginx serve a certificate that was renewed.
nginx=$PPID # it takes the place of the shell that started this
certificate() { cat "$TLS_CERT" "$TLS_KEY" 2>/dev/null | cksum; }
served=$(certificate)
while sleep 10; do
    size=$(stat -c %s "$LOG_DIR/gateway.log" 2>/dev/null || echo 0)
    if [ "$size" -gt 50000000 ]; then
        mv "$LOG_DIR/gateway.log" "$LOG_DIR/gateway.log.1"
        kill -USR1 "$nginx" # it opens the log anew
    fi
    found=$(certificate)
    if [ "$found" != "$served" ]; then # both files: with one of the new ones alone Nginx stays as it is
        served=$found
        kill -HUP "$nginx"
    fi
done
