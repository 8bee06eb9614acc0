"""T3: what a person typed is never taken for a template."""

import pytest

from scaffolder import templating

TYPED = ["${{ secrets.TOKEN }}", "{% raw %}", "{{ 7 * 7 }}", "{# gone #}", "${{ '${{ 1 }}' }}", "#}", "$${{ x }}"]


@pytest.mark.parametrize("typed", TYPED)
def test_a_typed_expression_comes_out_as_it_went_in(typed):
    context = {"parameters": {"name": typed}, "secrets": {"TOKEN": "s3cret"}}
    assert templating.render_text("<${{ parameters.name }}>", context) == f"<{typed}>"
    assert templating.render_value({"a": "${{ parameters.name }}"}, context) == {"a": typed}
    assert templating.render_value("<${{ parameters.name | upper }}>", context) == f"<{typed.upper()}>"
