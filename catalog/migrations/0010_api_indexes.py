"""Count the values of a field in the order of an index, while the portal goes on being read."""

from django.db import migrations, models

from catalog.migrations._online import AddIndexOnline, RemoveIndexOnline


class Migration(migrations.Migration):
    # PostgreSQL builds no index beside writers within a transaction.
    atomic = False
    dependencies = [("catalog", "0009_apis")]

    operations = [
        AddIndexOnline(
            model_name="facet",
            index=models.Index(fields=["key", "value", "original", "entity"], name="facet_by_value"),
        ),
        RemoveIndexOnline(model_name="facet", name="facet_search"),
    ]
