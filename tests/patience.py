"""Settings of property tests that also hold on a busy machine, where a test may stand still for a while."""

from hypothesis import HealthCheck, settings

PATIENT = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
