# The gateway's numbers: mtail reads its log, the exporter its status page. Two containers of one image, as neither
# program has an image that could say whether it is healthy. Built in the root of the repository.
FROM debian:trixie-slim
RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends busybox mtail prometheus-nginx-exporter \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY prometheus/gateway.mtail /etc/mtail/gateway.mtail
EXPOSE 3903 9113
USER 65534:65534
CMD ["mtail", "-address", "0.0.0.0", "-port", "3903", "-progs", "/etc/mtail", \
     "-logs", "/var/log/gateway/gateway.log", "-logtostderr", "-emit_prog_label=false"]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="glasshouse gateway metrics" \
      org.opencontainers.image.description="mtail and the Nginx exporter for the gateway of Glasshouse" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
