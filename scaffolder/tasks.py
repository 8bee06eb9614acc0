"""What the broker's messages ask of the scaffolder."""

from celery import shared_task
from celery.signals import worker_process_init

from scaffolder import engine, following, registry, templating


@worker_process_init.connect
def get_ready(**_: object) -> None:
    """Do what the first run of a process would have to wait for."""
    registry.all()
    templating.prepare()


@shared_task(acks_late=True, ignore_result=True)
def run_task(task_id: str) -> None:
    """Work on a run; see its row."""
    engine.run(task_id)
    templating.prepare()


@shared_task(ignore_result=True, soft_time_limit=50, time_limit=60)
def reconcile() -> None:
    """Look for runs that no message tells of."""
    engine.reconcile()


@shared_task(ignore_result=True, soft_time_limit=280, time_limit=300)
def follow_skeletons() -> None:
    """Look for new files beside the texts of golden paths."""
    following.follow()
