import pytest


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/catalog/component/default/a%00b/", 404),
        ("/create/templates/default/a%00/", 404),
        ("/api/catalog/entities/by-name/component/default/a%00", 404),
        ("/catalog/?q=%00", 200),
        ("/search/?q=a%00b", 200),
        ("/api/catalog/entities?filter=kind=%00", 400),
    ],
)
def test_a_nul_in_an_address_is_refused_and_breaks_nothing(developer, address, status):
    assert developer.get(address).status_code == status
