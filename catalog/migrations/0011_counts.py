"""Count entities by what the list shows of them from an index, without reading their documents."""

from django.db import migrations, models

from catalog.migrations._online import AddIndexOnline


class Migration(migrations.Migration):
    # PostgreSQL builds no index beside writers within a transaction.
    atomic = False
    dependencies = [("catalog", "0010_api_indexes")]

    operations = [
        AddIndexOnline(
            model_name="entity",
            index=models.Index(
                fields=["kind", "type", "owner_ref", "lifecycle", "namespace", "is_orphan", "descriptor"],
                name="entity_counts",
            ),
        ),
    ]
