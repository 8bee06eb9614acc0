"""Entry points for workers. Each may be called twice, late, or for a delivery that is gone."""

from celery import shared_task

from delivery import processing


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=570, time_limit=600)
def process_delivery(delivery_id: str) -> None:
    """Look at what arrived; see its row."""
    processing.process(int(delivery_id))


@shared_task(ignore_result=True, soft_time_limit=50, time_limit=60)
def reconcile() -> None:
    """Look for deliveries that no message tells of, and clear away old ones."""
    processing.reconcile()
