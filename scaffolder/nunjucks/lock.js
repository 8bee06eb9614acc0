// The last word of the set-up: nothing that templates share can be changed any more.
for (const name of ["__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__"]) {
  delete Object.prototype[name];
}

const SHARED = [
  Object, Function, Array, String, Number, Boolean, RegExp, Date, Error, TypeError, RangeError, Map, Set, WeakMap, WeakSet,
  Symbol, Promise, Proxy, BigInt, ArrayBuffer, Uint8Array,
];
const ITERATORS = [[], "", new Map(), new Set()].map((found) => Object.getPrototypeOf(found[Symbol.iterator]()));

// A frozen property can't be assigned on the objects that inherit it, which nunjucks does with `name` and `message`:
// an accessor lets each object have its own.
function freezeButOwn(shared) {
  for (const [key, { value, writable }] of Object.entries(Object.getOwnPropertyDescriptors(shared))) {
    if (!writable) continue;
    const get = () => value;
    const set = function (own) {
      if (this !== shared) Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
    };
    Object.defineProperty(shared, key, { get, set });
  }
  Object.freeze(shared);
}

for (const shared of [Object, Function, Error, TypeError, RangeError]) freezeButOwn(shared.prototype);
for (const shared of SHARED) {
  if (shared.prototype) Object.freeze(shared.prototype);
  Object.freeze(shared);
}
for (const shared of [...ITERATORS, JSON, Math, Reflect, lib, runtime, parser, compiler, nunjucks, FILTERS, OPERATIONS, REFUSED]) {
  Object.freeze(shared);
}
