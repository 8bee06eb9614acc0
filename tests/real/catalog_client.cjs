// Walks through the catalog API with Backstage's own client and prints what it got as one JSON object.
const { CatalogClient, CATALOG_FILTER_EXISTS } = require('@backstage/catalog-client');

const [address, token] = process.argv.slice(2);
const client = new CatalogClient({ discoveryApi: { getBaseUrl: async () => `${address}/api/catalog` } });
const options = { token };
const names = entities => entities.map(entity => entity && entity.metadata.name);

async function pages(request) {
  const found = [];
  for await (const page of client.streamEntities({ pageSize: 2, ...request }, options)) {
    found.push(names(page));
  }
  return found;
}

async function there_and_back(request) {
  const first = await client.queryEntities({ limit: 2, ...request }, options);
  const second = await client.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 2 }, options);
  const back = await client.queryEntities({ cursor: second.pageInfo.prevCursor, limit: 2 }, options);
  return [first, second, back].map(page => names(page.items));
}

async function failure(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return { name: error.name, status: error.statusCode, cause: error.cause && error.cause.name };
  }
}

async function main() {
  const component = { kind: 'Component' };
  const web = await client.getEntityByRef('component:default/web', options);
  return {
    everything: names((await client.getEntities({ filter: component }, options)).items),
    either: names((await client.getEntities({ filter: [{ kind: 'system' }, { kind: ['group'] }] }, options)).items),
    exists: names((await client.getEntities({ filter: { 'metadata.title': CATALOG_FILTER_EXISTS } }, options)).items),
    slug: names(
      (await client.getEntities({ filter: { 'metadata.annotations.github.com/project-slug': 'acme/checkout' } }, options)).items,
    ),
    fields: (await client.getEntities({ filter: { kind: 'System' }, fields: ['kind', 'metadata.name'] }, options)).items,
    ordered: names(
      (await client.getEntities({ filter: component, order: { field: 'metadata.name', order: 'desc' } }, options)).items,
    ),
    byRef: web.metadata.name,
    missing: (await client.getEntityByRef('component:default/nope', options)) === undefined,
    byRefs: names(
      (await client.getEntitiesByRefs({ entityRefs: ['component:default/nope', 'component:default/web'] }, options)).items,
    ),
    byRefsWithQuery: names(
      (
        await client.getEntitiesByRefs(
          { entityRefs: ['component:default/ledger', 'component:default/web'], query: { 'spec.type': 'website' } },
          options,
        )
      ).items,
    ),
    pages: await pages({ filter: component, orderFields: { field: 'metadata.name', order: 'asc' } }),
    pagesOfQuery: await pages({ query: { $not: { kind: { $in: ['location', 'component'] } } } }),
    thereAndBack: await there_and_back({ filter: component, orderFields: { field: 'metadata.name', order: 'asc' } }),
    thereAndBackWithoutFilter: (await there_and_back({})).map(page => page.length),
    total: (await client.queryEntities({ filter: component, limit: 0 }, options)).totalItems,
    fullText: names(
      (await client.queryEntities({ filter: component, fullTextFilter: { term: 'web', fields: ['metadata.name'] } }, options)).items,
    ),
    facets: (await client.getEntityFacets({ facets: ['kind', 'spec.type'], filter: component }, options)).facets,
    facetsOfQuery: (await client.getEntityFacets({ facets: ['kind'], query: component }, options)).facets,
    locations: (await client.getLocations({}, options)).items.map(location => location.type),
    locationOfEntity: (await client.getLocationByEntity('component:default/web', options)).target,
    locationByRef: (await client.getLocationByRef('file:/test/catalog-info.yaml', options)).type,
    queriedLocations: (await client.queryLocations({ query: { type: 'file' } }, options)).totalItems,
    ancestors: (await client.getEntityAncestors({ entityRef: 'component:default/web' }, options)).rootEntityRef,
    refused: await failure(client.addLocation({ target: 'https://git.example/x' }, options)),
    anonymous: await failure(client.getEntities({}, {})),
    malformed: await failure(client.queryEntities({ cursor: 'nonsense' }, options)),
  };
}

main().then(
  result => console.log(JSON.stringify(result)),
  error => {
    console.error(error);
    process.exitCode = 1;
  },
);
