import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_collation"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="facet",
            name="facet_search",
        ),
        migrations.AlterField(
            model_name="facet",
            name="entity",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="facets", to="catalog.entity"
            ),
        ),
        migrations.AddIndex(
            model_name="entity",
            index=models.Index(fields=["kind", "ref"], name="entity_by_ref"),
        ),
        migrations.AddIndex(
            model_name="entity",
            index=models.Index(fields=["kind", "name", "ref"], name="entity_by_name"),
        ),
        migrations.AddIndex(
            model_name="facet",
            index=models.Index(fields=["key", "value", "entity", "original"], name="facet_search"),
        ),
        migrations.AddIndex(
            model_name="facet",
            index=models.Index(fields=["entity", "key", "value"], name="facet_of_entity"),
        ),
    ]
