"""The golden path's pages: what there is to choose, the form, the runs, the reference of actions."""

from scaffolder.views.forms import task_create, task_preview
from scaffolder.views.reference import action_list, template_list
from scaffolder.views.runs import task_cancel, task_detail, task_events, task_list, task_log, task_retry, task_undo

__all__ = [
    "action_list",
    "task_cancel",
    "task_create",
    "task_detail",
    "task_events",
    "task_list",
    "task_log",
    "task_preview",
    "task_retry",
    "task_undo",
    "template_list",
]
