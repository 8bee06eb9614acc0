from django.urls import URLPattern

app_name = "scaffolder"
urlpatterns: list[URLPattern] = []
