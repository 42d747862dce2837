# One image for every process of the portal; docker-compose.yml says which is which.
FROM python:3.13-slim-trixie AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements-uv.txt requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
    && uv venv --no-python-downloads .venv \
    && uv pip install --no-cache --compile-bytecode --python .venv/bin/python --require-hashes -r requirements.txt
COPY . .
# Neither step connects to anything or needs a secret; the values only have to be there.
RUN export VAR_DIR=/tmp/build STATIC_ROOT=/app/collected SECRET_KEY=build \
        DATABASE_URL=postgresql://build.invalid/none REDIS_URL=redis://build.invalid/0 \
    && .venv/bin/python manage.py compile_catalogues \
    && .venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && .venv/bin/python -m compileall -q clicksafely awareness hotline youthpanel

FROM python:3.13-slim-trixie
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/var/lib/clicksafely \
    STATIC_ROOT=/app/collected \
    HOST=0.0.0.0 \
    PORT=8000
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin clicksafely \
    && install -d -o clicksafely -g clicksafely -m 0750 /var/lib/clicksafely /var/lib/clicksafely/media /var/lib/erasures
COPY --from=build /app /app
WORKDIR /app
USER clicksafely
EXPOSE 8000
CMD ["bin/part", "web"]
