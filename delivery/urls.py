"""Where outside systems post to. Without a slash at the end, as they are told to their senders."""

from django.urls import path

from delivery import views

app_name = "delivery"
urlpatterns = [path("github", views.github, name="github")]
