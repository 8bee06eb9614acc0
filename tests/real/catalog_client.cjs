// Walks through the catalog API with Backstage's own client and prints what it got as one JSON object.
const { CatalogClient, CATALOG_FILTER_EXISTS } = require('@backstage/catalog-client');

// `target` and `repository`: addresses that the portal can read; the one is registered by us, the other is analysed.
const [address, token, writer, target, repository] = process.argv.slice(2);
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

async function pages_of_locations(request) {
  const found = [];
  for await (const page of client.streamLocations(request, options)) {
    found.push(page.map(location => location.type));
  }
  return found;
}

async function there_and_back(request) {
  const forward = [];
  let page = await client.queryEntities({ limit: 2, ...request }, options);
  forward.push(names(page.items));
  while (page.pageInfo.nextCursor) {
    page = await client.queryEntities({ cursor: page.pageInfo.nextCursor, limit: 2 }, options);
    forward.push(names(page.items));
  }
  const backward = [];
  while (page.pageInfo.prevCursor) {
    page = await client.queryEntities({ cursor: page.pageInfo.prevCursor, limit: 2 }, options);
    backward.unshift(names(page.items));
  }
  return { forward, backward };
}

async function failure(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return { name: error.name, status: error.statusCode, cause: error.cause && error.cause.name };
  }
}

async function ordered(orderFields) {
  return names((await client.queryEntities({ filter: { kind: 'Component' }, orderFields }, options)).items);
}

async function query(query) {
  return names((await client.queryEntities({ query }, options)).items);
}

const validated = async entity => {
  const result = await client.validateEntity(entity, 'url:https://git.example/catalog-info.yaml', options);
  return result.valid ? true : result.errors.map(error => error.name);
};

// What a client with the right to do so changes, and undoes.
async function writes() {
  const may = { token: writer };
  const dry = await client.addLocation({ target, dryRun: true }, may);
  const added = await client.addLocation({ target }, may);
  const again = await failure(client.addLocation({ target }, may));
  const refreshed = await client.addLocation({ target, onConflict: 'refresh' }, may);
  await client.refreshEntity('component:default/cart', may);
  const byId = await client.getLocationById(added.location.id, may);
  const updated = await client.updateLocation(added.location.id, { target }, may);
  const cart = await client.getEntityByRef('component:default/cart', may);
  await client.removeEntityByUid(cart.metadata.uid, may);
  await client.removeEntityByUid('00000000-0000-0000-0000-000000000000', may);
  const removed = (await client.getEntityByRef('component:default/cart', may)) === undefined;
  await client.removeLocationById(added.location.id, may);
  const analysed = await client.analyzeLocation({ location: { type: 'url', target: repository } }, may);
  return {
    dry: { exists: dry.exists, entities: names(dry.entities) },
    added: names(added.entities),
    again,
    refreshed: refreshed.location.target === target,
    byId: byId.target === target,
    updated: updated.id === byId.id,
    removed,
    gone: (await client.getLocationById(added.location.id, may)) === undefined,
    generated: analysed.generateEntities.map(each => [each.entity.kind, each.entity.spec.type, each.entity.spec.lifecycle]),
  };
}

async function main() {
  const component = { kind: 'Component' };
  const entity = { apiVersion: 'backstage.io/v1alpha1', kind: 'System', metadata: { name: 'x' }, spec: { owner: 'shop' } };
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
    paged: names((await client.getEntities({ filter: component, limit: 1, offset: 1 }, options)).items),
    byRef: web.metadata.name,
    byName: (await client.getEntityByName({ kind: 'component', name: 'web' }, options)).metadata.name,
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
    pagesByDefault: await pages({ filter: component, pageSize: undefined }),
    orderedByTwo: await ordered([
      { field: 'spec.type', order: 'desc' },
      { field: 'metadata.name', order: 'desc' },
    ]),
    orderedByWhatSomeLack: [
      await ordered({ field: 'metadata.title', order: 'asc' }),
      await ordered({ field: 'metadata.title', order: 'desc' }),
    ],
    predicates: {
      not: await query({ $all: [component, { $not: { 'spec.type': 'service' } }] }),
      any: await query({ $any: [{ 'metadata.name': 'web' }, { 'metadata.name': 'STORE' }] }),
      exists: await query({ ...component, 'metadata.title': { $exists: false } }),
      in: await query({ 'metadata.name': { $in: ['ledger', 'nope'] } }),
      contains: await query({ 'metadata.tags': { $contains: 'go' } }),
      prefix: await query({ ...component, 'metadata.name': { $hasPrefix: 'ch' } }),
      relation: await query({ relations: { $contains: { type: 'ownedBy', targetRef: 'group:default/money' } } }),
    },
    filterBesideQuery: names(
      (await client.queryEntities({ filter: component, query: { 'spec.lifecycle': 'production' } }, options)).items,
    ),
    pagesOfQuery: await pages({ query: { $not: { kind: { $in: ['location', 'component'] } } } }),
    thereAndBack: await there_and_back({ filter: component, orderFields: { field: 'metadata.name', order: 'asc' } }),
    thereAndBackWithoutFilter: await there_and_back({}),
    thereAndBackOfQuery: await there_and_back({ query: component, orderFields: { field: 'metadata.title', order: 'desc' } }),
    thereAndBackOfText: await there_and_back({
      filter: component,
      fullTextFilter: { term: 'e', fields: ['metadata.name'] },
      orderFields: { field: 'metadata.name', order: 'desc' },
    }),
    total: (await client.queryEntities({ filter: component, limit: 0 }, options)).totalItems,
    fullText: names(
      (await client.queryEntities({ filter: component, fullTextFilter: { term: 'web', fields: ['metadata.name'] } }, options)).items,
    ),
    facets: (await client.getEntityFacets({ facets: ['kind', 'spec.type'], filter: component }, options)).facets,
    facetsOfBoth: (await client.getEntityFacets({ facets: ['spec.type'], filter: component, query: { 'metadata.tags': 'java' } }, options))
      .facets,
    facetsOfQuery: (await client.getEntityFacets({ facets: ['kind'], query: component }, options)).facets,
    locations: (await client.getLocations({}, options)).items.map(location => location.type),
    locationOfEntity: (await client.getLocationByEntity('component:default/web', options)).target,
    locationByRef: (await client.getLocationByRef('file:/test/catalog-info.yaml', options)).type,
    queriedLocations: (await client.queryLocations({ query: { type: 'file' } }, options)).totalItems,
    streamedLocations: await pages_of_locations({ limit: 1 }),
    noLocation: (await client.getLocationById('0', options)) === undefined,
    ancestors: (await client.getEntityAncestors({ entityRef: 'component:default/web' }, options)).items.map(item => [
      item.entity.kind,
      item.parentEntityRefs.length,
    ]),
    valid: await validated(entity),
    invalid: await validated({ ...entity, spec: {} }),
    writes: await writes(),
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
