def pytest_configure(config):
    import os
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eqms.settings")
    from django.conf import settings
    if not any("csp" in m.lower() or "security_policy" in m.lower() or "Policy" in m for m in settings.MIDDLEWARE):
        settings.MIDDLEWARE.insert(1, "local_rig.csp")

def csp(get_response):
    from django.conf import settings
    value = "; ".join(f"{k} {' '.join(v)}" for k, v in settings.SECURE_CSP.items())
    def mw(request):
        r = get_response(request)
        r["Content-Security-Policy"] = value
        return r
    return mw
