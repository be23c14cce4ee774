// Which folder may import which. Every rule names the reason, because that is what its reader needs.
// `tests` may reach into everything except what a rule forbids to all; type-only imports count unless said otherwise.

const bareZod = '^(zod|node_modules/zod)(/|$)';
const bareElectron = '^(electron|node_modules/electron)(/|$)';
const bareSqlite = '^(better-sqlite3|node_modules/(@types/)?better-sqlite3)(/|$)';

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  {
    name: 'shared-is-the-bottom',
    comment: 'src-shared runs in the page, in the console and in threads: it imports only itself and zod.',
    severity: 'error',
    from: { path: '^src-shared/' },
    to: { pathNot: ['^src-shared/', bareZod] },
  },
  {
    name: 'renderer-never-imports-main',
    comment: 'The page is sandboxed: it talks to the console through src-shared/contract and nothing else.',
    severity: 'error',
    from: { path: '^src-renderer/' },
    to: { path: '^src-main/' },
  },
  {
    name: 'main-never-imports-renderer',
    comment: 'The console knows no page: it answers requests and tells events.',
    severity: 'error',
    from: { path: '^src-main/' },
    to: { path: '^src-renderer/' },
  },
  {
    name: 'renderer-has-no-node',
    comment: 'There is no Node in the page: files, processes and sockets belong to the console.',
    severity: 'error',
    from: { path: '^src-renderer/' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'electron-only-in-its-host',
    comment: 'The console must run without Electron: only src-main/hosts/electron may import it.',
    severity: 'error',
    from: { path: '^(src-|tests/)', pathNot: '^src-main/hosts/electron/' },
    to: { path: bareElectron },
  },
  {
    name: 'sqlite-only-in-its-threads',
    comment:
      'SQLite blocks the thread it runs on: only src-main/sql and src-main/workers may import the driver.',
    severity: 'error',
    from: { path: '^src-', pathNot: '^src-main/(sql|workers)/' },
    to: { path: bareSqlite },
  },
  {
    name: 'sql-only-in-its-threads',
    comment: 'Table modules are loaded inside database threads only: ask src-main/store instead.',
    severity: 'error',
    from: { path: '^src-', pathNot: '^src-main/(sql|workers)/' },
    to: { path: '^src-main/sql/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'sql-types-only-in-the-store',
    comment: 'Row types stay behind the store: nothing above it may name them.',
    severity: 'error',
    from: { path: '^src-', pathNot: '^src-main/(sql|workers|store)/' },
    to: { path: '^src-main/sql/', dependencyTypes: ['type-only'] },
  },
  {
    name: 'nobody-imports-a-host',
    comment:
      'A host is the outermost layer: what others need of it is the Host interface in src-main/host.ts.',
    severity: 'error',
    from: { path: '^src-', pathNot: '^src-main/hosts/' },
    to: { path: '^src-main/hosts/' },
  },
  {
    name: 'platform-is-a-leaf',
    comment: 'src-main/platform serves every layer, so it imports only itself, src-shared and packages.',
    severity: 'error',
    from: { path: '^src-main/platform/' },
    to: { path: '^src-', pathNot: '^(src-main/platform|src-shared)/' },
  },
  {
    name: 'actions-are-declarations',
    comment:
      'An action says what it does and never how it is run or stored: it imports only src-shared and zod.',
    severity: 'error',
    from: { path: '^src-main/actions/' },
    to: { pathNot: ['^(src-main/actions|src-shared)/', bareZod] },
  },
  {
    name: 'remotes-know-no-engine',
    comment: 'A remote is asked; it knows nothing of operations, of the database or of who asks.',
    severity: 'error',
    from: { path: '^src-main/remotes/' },
    to: { path: '^src-main/', pathNot: '^src-main/(remotes|platform)/' },
  },
  {
    name: 'vendors-know-no-engine',
    comment:
      'A vendor speaks one API behind the interface of all remotes: it needs that and src-main/platform.',
    severity: 'error',
    from: { path: '^src-main/vendors/' },
    to: { path: '^src-main/', pathNot: '^src-main/(vendors|remotes|platform)/' },
  },
  {
    name: 'mirrors-stand-on-the-engine',
    comment:
      'Copies of remotes use the engine and the store; below the API nothing knows that there are any.',
    severity: 'error',
    from: { path: '^src-main/', pathNot: '^src-main/(mirror|api|hosts)/|^src-main/console\\.ts$' },
    to: { path: '^src-main/mirror/' },
  },
  {
    name: 'engine-below-api',
    comment: 'The engine is called; it never calls up.',
    severity: 'error',
    from: { path: '^src-main/engine/' },
    to: { path: '^src-main/(api|hosts)/' },
  },
  {
    name: 'store-below-engine',
    comment: 'The database knows nothing of who asks it; a thread may know the shape of its orders.',
    severity: 'error',
    from: { path: '^src-main/(store|sql|workers)/' },
    to: { path: '^src-main/(api|engine|hosts)/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-cycles',
    comment: 'Two files that need each other to run are one idea in two places. (Types may look both ways.)',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'imports-resolve',
    comment: 'The imported file or package does not exist.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(out|dist|coverage|\\.artifacts)/' },
    // The TypeScript 7 package has no compiler API to parse with.
    parser: 'swc',
    preserveSymlinks: true,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
