# syntax=docker/dockerfile:1
# Two stages: the first builds a wheel and its environment, the second carries only what runs.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/usher
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
RUN /opt/usher/bin/pip install --no-cache-dir .

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="usher-bot" org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --system --gid 10001 usher \
 && useradd --system --uid 10001 --gid usher --home-dir /var/lib/usher --create-home --shell /usr/sbin/nologin usher
COPY --from=build /opt/usher /opt/usher
COPY --chown=root:root rules /etc/usher/rules
ENV PATH=/opt/usher/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /var/lib/usher
VOLUME ["/var/lib/usher"]
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8787/healthz', timeout=2)"]
ENTRYPOINT ["usher"]
CMD ["run", "--config", "/etc/usher/config.toml"]
