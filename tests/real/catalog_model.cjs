// Tells of each question on standard input what Backstage's own model says to it, as a JSON list of answers.
const model = require('@backstage/catalog-model');
const alpha = require('@backstage/catalog-model/alpha');

const policy = model.EntityPolicies.allOf([
  new model.SchemaValidEntityPolicy(),
  new model.DefaultNamespaceEntityPolicy(),
  new model.NoForeignRootFieldsEntityPolicy(),
  new model.FieldFormatEntityPolicy(),
]);
// As served, an entity has relations and a status as well.
const served = model.EntityPolicies.allOf([
  new model.SchemaValidEntityPolicy(),
  new model.NoForeignRootFieldsEntityPolicy([
    'apiVersion', 'kind', 'metadata', 'spec', 'relations', 'status',
  ]),
  new model.FieldFormatEntityPolicy(),
]);
const validators = {
  API: model.apiEntityV1alpha1Validator,
  'API mcp-server': alpha.mcpServerApiEntityValidator,
  AiResource: alpha.aiResourceEntityV1alpha1Validator,
  'AiResource skill': alpha.skillAiResourceEntityV1alpha1Validator,
  'AiResource rule': alpha.ruleAiResourceEntityV1alpha1Validator,
  'AiResource plugin': alpha.pluginAiResourceEntityV1alpha1Validator,
  'AiResource marketplace': alpha.marketplaceAiResourceEntityV1alpha1Validator,
  Component: model.componentEntityV1alpha1Validator,
  Domain: model.domainEntityV1alpha1Validator,
  Group: model.groupEntityV1alpha1Validator,
  Location: model.locationEntityV1alpha1Validator,
  Resource: model.resourceEntityV1alpha1Validator,
  System: model.systemEntityV1alpha1Validator,
  User: model.userEntityV1alpha1Validator,
};

async function ofKind(entity) {
  const type = entity.spec && entity.spec.type;
  const validator = validators[`${entity.kind} ${type}`] || validators[entity.kind];
  return validator ? validator.check(entity) : false;
}

const answers = {
  envelope: async entity => Boolean(await policy.enforce(entity)),
  kind: async entity => Boolean(await policy.enforce(entity)) && (await ofKind(entity)),
  served: async entity => Boolean(await served.enforce(entity)) && (!validators[entity.kind] || (await ofKind(entity))),
  ref: async ({ ref, ...context }) => model.stringifyEntityRef(model.parseEntityRef(ref, context)),
  location: async ref => {
    const { type, target } = model.parseLocationRef(ref);
    return [type, target];
  },
};

async function answer([question, subject]) {
  try {
    return { answer: await answers[question](subject) };
  } catch (error) {
    return { answer: false, error: String(error.message) };
  }
}

async function main() {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const found = [];
  for (const question of JSON.parse(text)) found.push(await answer(question));
  process.stdout.write(JSON.stringify(found));
}

main();
