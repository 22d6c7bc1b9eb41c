# docker build -t eqms .    then: release, web and worker are three commands of the one image (see compose.yaml)
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --requirement requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/var/lib/eqms
RUN useradd --system --uid 10001 --home-dir /var/lib/eqms --create-home eqms
COPY --from=build /venv /venv
WORKDIR /app
COPY . .
# The static files are hashed at build, with settings that nothing but this step ever sees.
RUN mkdir -p staticfiles && ENV=production SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    ALLOWED_HOSTS=build.invalid DATABASE_URL=postgresql://build.invalid/eqms STORAGE_BACKEND=s3 VAR_DIR=/tmp \
    python manage.py collectstatic --noinput
USER eqms
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s CMD \
    python -c "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\", 8000)}/healthz', timeout=4)"
CMD ["gunicorn", "--config", "eqms/gunicorn.conf.py", "eqms.wsgi"]
