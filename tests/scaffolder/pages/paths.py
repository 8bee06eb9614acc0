"""A golden path with a form of two pages, and somebody who fills it in without JavaScript."""

import re

from tests.scaffolder.runs import steps_of

SHOP = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, title: Shop}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout}
spec: {type: service, lifecycle: production, owner: shop}
"""
FORM = """  parameters:
    - title: Who
      required: [owner]
      properties:
        owner: {title: Owner, type: string, ui:field: OwnerPicker, ui:options: {catalogFilter: {kind: Group}}}
    - title: What
      required: [name]
      properties:
        name: {title: Name, type: string, ui:field: EntityNamePicker}
        database: {title: Database, type: boolean, default: false}
      dependencies:
        database:
          oneOf:
            - properties: {database: {const: false}}
            - required: [size]
              properties: {database: {const: true}, size: {title: Size, type: string, enum: [small, large]}}
"""
LOG = steps_of('{id: hello, name: Say hello, action: "debug:log", input: {message: "Hello ${{ parameters.name }}"}}')
SECRET = """  parameters:
    - title: Key
      required: [token]
      properties:
        token: {title: Token, type: string, ui:field: Secret}
    - title: Name
      required: [name]
      properties: {name: {title: Name, type: string}}
"""
PATH = "/create/templates/default/path/"
MAX_STATEMENTS = 12


class Form:
    """Somebody at a form without JavaScript: what the page shows is what is posted next."""

    def __init__(self, client, address=PATH):
        self.client, self.address = client, address
        self.page = client.get(address)

    def hidden(self):
        """Return the answers to the other pages, and the number of this one."""
        pattern = r'name="(answers|page)"(?: id="answers-seal")? value="([^"]*)"'
        return dict(re.findall(pattern, self.page.content.decode()))

    def press(self, go, /, **answers):
        posted = {**self.hidden(), "go": go, **{f"/{name}": value for name, value in answers.items()}}
        self.page = self.client.post(self.address, posted)
        return self.page
