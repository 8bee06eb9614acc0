from catalog.storage import columns


def test_a_location_whose_name_is_a_hash_is_called_by_where_it_leads():
    spec = {"type": "url", "target": "https://git.example/shop/checkout/blob/main/catalog-info.yaml"}
    made = columns.of_entity({"metadata": {"name": "generated-0a1b"}, "spec": spec}, [])
    assert made.title == "git.example/shop/checkout/blob/main/catalog-info.yaml"
    assert "generated-0a1b" in made.search_text


def test_a_location_that_somebody_named_keeps_its_name():
    assert columns.of_entity({"metadata": {"name": "all"}, "spec": {"target": "./x.yaml"}}, []).title == "all"
