"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eqms.settings")
application = get_wsgi_application()

from eqms.worker import watch_storage  # noqa: E402  (needs the apps)

watch_storage()
