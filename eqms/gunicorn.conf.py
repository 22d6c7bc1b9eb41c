"""How gunicorn serves: threads, since slow uploads kill sync workers; no preload, since it refuses while importing."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eqms.settings")
try:
    # A setting that is missing ends the start here, with one line and before a worker is tried.
    from eqms import environment, settings

    bind = f"{environment.text('HOST', '0.0.0.0')}:{settings.PORT}"
    workers = environment.number("WEB_CONCURRENCY", 2, least=1)
    threads = environment.number("WEB_THREADS", 4, least=1)
except ImproperlyConfigured as error:
    sys.exit(f"eqms: {error}")

wsgi_app = "eqms.wsgi"
worker_class = "gthread"
preload_app = False
timeout = 60
graceful_timeout = 30
keepalive = 5
accesslog = "-"
errorlog = "-"
control_socket_disable = True
# Heartbeats of workers on a slow disk look like hanging workers.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None


def post_worker_init(worker):
    """Say the line that platforms wait for, and watch storage from then on."""
    from eqms.worker import watch_storage

    watch_storage()
    worker.log.info("app ready to serve")
