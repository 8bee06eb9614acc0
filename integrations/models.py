from django.db import models


class HostBudget(models.Model):
    """What an outside host allows us now, shared by all workers."""

    host = models.CharField(max_length=255, unique=True)
    # No call at all before this instant: the host said so with 403 or 429.
    blocked_until = models.DateTimeField(null=True)
    # No write before this instant: hosts limit how quickly one client may write.
    next_write_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.host
