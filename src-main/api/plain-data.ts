const maxDepth = 32;
/** Objects in one message; a loop in the data runs into this or the depth. */
const maxObjects = 500_000;
const refusedKeys = ['__proto__', 'constructor'];

/**
 * Why a message from a window is not a tree of plain data, or null when it is. Looked at before anything is parsed:
 * keys that reach a prototype, class instances and bottomless nesting never get as far as a schema.
 */
export function plainDataProblem(root: unknown): string | null {
  let objects = 0;
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return `nested deeper than ${maxDepth} levels`;
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'function' || typeof value === 'symbol') return `holds a ${typeof value}`;
      if (typeof value !== 'object' || value === null) continue;
      objects += 1;
      if (objects > maxObjects) return 'holds too many objects';
      const refused = refusedKeys.find((key) => Object.hasOwn(value, key));
      if (refused !== undefined) return `holds the key "${refused}"`;
      if (Array.isArray(value)) {
        if (Object.keys(value).length !== value.length) return 'holds a list with gaps or names in it';
        for (const element of value)
          if (typeof element !== 'number' && typeof element !== 'string') next.push(element);
        continue;
      }
      if (!isPlain(value)) return 'holds something other than plain data';
      for (const key of Object.keys(value)) next.push(Reflect.get(value, key));
    }
    level = next;
  }
  return null;
}

// Compared by shape, not identity: a message may have been made in another realm.
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null);
}
