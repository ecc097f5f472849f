# Makes the backups of a cluster (deploy/kubernetes/in_pod.py): this code, and PostgreSQL's pg_dump of the server's version.
#   docker build -f deploy/kubernetes/backup.Dockerfile -t glasshouse.localhost/backup .     in the root of the repository
ARG PYTHON_IMAGE=python:3.13-slim-trixie
FROM ${PYTHON_IMAGE}
RUN apt-get update -q && apt-get install -q -y --no-install-recommends postgresql-client-17 && rm -rf /var/lib/apt/lists/*
COPY requirements/backup.txt /tmp/requirements.txt
RUN --mount=type=cache,target=/var/cache/pip \
    python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv install --cache-dir /var/cache/pip --no-input --disable-pip-version-check --root-user-action=ignore \
        --require-hashes --only-binary :all: --compile -r /tmp/requirements.txt
ENV HOME=/tmp PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY deploy /app/deploy
COPY observability /app/observability
COPY services/__init__.py /app/services/
COPY services/shared /app/services/shared
USER 10001:10001
CMD ["python", "-m", "deploy.kubernetes.in_pod"]
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="glasshouse backup" \
      org.opencontainers.image.description="Makes the backups of a cluster: one cut through all stores, encrypted" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
