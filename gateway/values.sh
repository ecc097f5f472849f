# What the gateway's templates want to know, computed when its container starts. Read by entrypoint.sh.

# A name that is resolved again and again: replicas that come or go are noticed within two seconds. RESOLVE is empty
# only where Nginx is older than 1.27.3; then names are resolved once, at the start.
# In Kubernetes a name is whole (UPSTREAM_SUFFIX), TRACES names the receiver of spans where that is not the store itself, and the cluster's DNS is asked, whose address the pod's own file has.
if [ "${RESOLVER-}" = system ]; then
    RESOLVER=$(sed -n 's/^nameserver  *\([^ ]*\).*/\1/p' "${RESOLV_CONF-/etc/resolv.conf}" | head -n 1)
    case $RESOLVER in *:*) RESOLVER="[$RESOLVER]" ;; esac
fi
upstream() { # name, address, how failures are counted
    printf 'upstream %s { zone %s 64k; server %s%s %s; keepalive 32; }\n' "$1" "$1" "$2" "${RESOLVE- resolve}" "$3"
}
UPSTREAMS="resolver ${RESOLVER-127.0.0.11} valid=2s ipv6=off;
$(for service in $(sed -n 's|^location .* proxy_pass http://\([a-z-]*\);.*|\1|p' "${TEMPLATES-/templates}/services.conf.template" | sort -u); do
    upstream "$service" "$service${UPSTREAM_SUFFIX-}:8000" 'max_fails=3 fail_timeout=2s'
done)
$(upstream frontend "frontend${UPSTREAM_SUFFIX-}:8080" max_fails=0)
$(upstream traces "${TRACES-jaeger}${UPSTREAM_SUFFIX-}:4319" max_fails=0)"

# https://a.example,https://b.example
CORS_ORIGINS_MAP=
for origin in $(printf %s "${CORS_ORIGINS-}" | tr , ' '); do
    CORS_ORIGINS_MAP="$CORS_ORIGINS_MAP \"$origin\" \"$origin\";"
done

# Each line of the log goes to stdout too.
NGINX_HTTP='http2 on; access_log /dev/stdout json;'
NGINX_STREAM='access_log /dev/stdout refused if=$is_refused;'
if [ "${PAUSE_PORT:=0}" != 0 ]; then NGINX_HTTP="$NGINX_HTTP include pause_door.conf;"; fi

# Behind a load balancer of your own: whose word on the client's address is taken (networks, comma-separated).
TRUSTED_PROXIES_GEO=
for network in $(printf %s "${TRUSTED_PROXIES-}" | tr , ' '); do
    TRUSTED_PROXIES_GEO="$TRUSTED_PROXIES_GEO $network 1;"
done

NGINX_MODULES=
if [ -f /usr/lib/nginx/modules/ngx_stream_module.so ]; then # Debian's Nginx; in the image it is built in
    NGINX_MODULES='load_module modules/ngx_stream_module.so;'
fi
# A span for each request, sent to the trace store by gRPC; not for probes, for what carries spans itself, and for
# what shows a secret: the module writes whole request lines and agents into its spans.
if [ "${OTEL-on}" = on ]; then
    NGINX_MODULES="$NGINX_MODULES load_module modules/ngx_otel_module.so;"
    NGINX_HTTP="$NGINX_HTTP
    otel_exporter { endpoint ${TRACES-jaeger}:4317; }
    otel_service_name gateway;
    otel_resource_attr service.namespace glasshouse;
    otel_resource_attr deployment.environment.name \"${ENVIRONMENT-production}\";
    map \$log_method \$span_name { \"\" HTTP; default \$log_method; }
    otel_span_name \$span_name;
    otel_span_attr url.path \$log_path; # other names of the module's are those of 2022: jaeger/config.yaml renames them
    otel_span_attr shop.request.id \$req_id;
    otel_trace_context extract; # proxy.conf hands it on
    map \$request_uri \$uri_secret { include secrets.conf; default \"\"; }
    map \"\$uri_secret\$agent_secret \$uri\" \$is_traced { ~^! off; \"~^ /(health|otlp)(/|\$)\" off; default on; }
    otel_trace \$is_traced;
    # The module has ids also for a span that it does not make, which nothing may continue.
    map \$is_traced \$own_trace_id { on \$otel_trace_id; default \"\"; }
    map \$is_traced \$own_span_id { on \$otel_span_id; default \"\"; }"
    OWN_TRACE_ID=\$own_trace_id OWN_SPAN_ID=\$own_span_id
else
    OWN_TRACE_ID= OWN_SPAN_ID=
fi
# A volume that begins empty covers the link which the image has.
if [ -d "${LOG_DIR-}" ] && [ ! -e "$LOG_DIR/gateway.err.log" ]; then ln -s /dev/stderr "$LOG_DIR/gateway.err.log"; fi
NGINX_USER_LINE= LISTEN_HTTP2= # the container has its user; Nginx 1.25 and newer has `http2 on`
export PAUSE_PORT UPSTREAMS TRUSTED_PROXIES_GEO CORS_ORIGINS_MAP NGINX_HTTP NGINX_STREAM NGINX_MODULES NGINX_USER_LINE LISTEN_HTTP2 OWN_TRACE_ID OWN_SPAN_ID
