# One image for all processes of the portal; docker-compose.yml defines them.
FROM python:3.13.18-slim-trixie AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements-uv.txt requirements-s3.txt ./
RUN pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements-uv.txt \
    && uv venv --no-python-downloads .venv \
    && uv pip install --no-cache --compile-bytecode --python .venv/bin/python --no-build --require-hashes -r requirements-s3.txt
COPY . .
# Neither step opens a connection or needs a secret; the variables only have to be set.
RUN export VAR_DIR=/tmp/build STATIC_ROOT=/app/collected \
        DATABASE_URL=postgresql://build.invalid/none REDIS_URL=redis://build.invalid/0 \
    && .venv/bin/python manage.py compile_catalogues \
    && .venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && .venv/bin/python -m compileall -q clicksafely awareness hotline youthpanel

FROM python:3.13.18-slim-trixie
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/var/lib/clicksafely \
    STATIC_ROOT=/app/collected \
    HOST=0.0.0.0 \
    PORT=8000
# pg_dump and pg_restore of the major version in docker-compose.yml.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin clicksafely \
    && install -d -o clicksafely -g clicksafely -m 0750 /var/lib/clicksafely /var/lib/clicksafely/media /var/lib/erasures
COPY --from=build /app /app
WORKDIR /app
USER clicksafely
EXPOSE 8000
CMD ["bin/part", "web"]
