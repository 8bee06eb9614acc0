"""Pages of golden paths and their runs."""

from django.urls import path

from scaffolder import lint_views, views

app_name = "scaffolder"
urlpatterns = [
    path("", views.template_list, name="template-list"),
    path("actions/", views.action_list, name="action-list"),
    path("templates/<str:namespace>/<str:name>/", views.task_create, name="task-create"),
    path("templates/<str:namespace>/<str:name>/preview/", views.task_preview, name="task-preview"),
    path("templates/<str:namespace>/<str:name>/lint/", lint_views.template_lint, name="template-lint"),
    path("tasks/", views.task_list, name="task-list"),
    path("tasks/<uuid:pk>/", views.task_detail, name="task-detail"),
    path("tasks/<uuid:pk>/events/", views.task_events, name="task-events"),
    path("tasks/<uuid:pk>/log/", views.task_log, name="task-log"),
    path("tasks/<uuid:pk>/cancel/", views.task_cancel, name="task-cancel"),
    path("tasks/<uuid:pk>/retry/", views.task_retry, name="task-retry"),
    path("tasks/<uuid:pk>/undo/", views.task_undo, name="task-undo"),
]
