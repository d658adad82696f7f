/**
 * Who may import whom in src/. One row a layer: the folder, and the folders it may import besides itself.
 * base ← domain ← rules; base ← transport ← connectors ← mappers; ledger ← sync, catalogue, payments, reports, which never import each other;
 * config reads a file and puts these together; doctor asks whether they would work; monitoring shows what a running process does;
 * handlers, testing and cli stand on top.
 */
const engineParts = ['base', 'domain', 'rules', 'transport', 'connectors', 'mappers', 'ledger']
const library = [...engineParts, 'sync', 'catalogue', 'payments', 'reports']

const layers = {
  base: [],
  domain: ['base'],
  rules: ['base', 'domain'],
  transport: ['base'],
  connectors: ['base', 'transport'],
  // Files are read with what reads answers.
  mappers: ['base', 'domain', 'rules', 'connectors', 'transport/xml'],
  ledger: ['base', 'domain'],
  sync: engineParts,
  catalogue: engineParts,
  payments: engineParts,
  reports: engineParts,
  config: library,
  doctor: [...library, 'config'],
  monitoring: [...engineParts, 'sync'],
  handlers: [...library, 'config'],
  // Never a client or a mapper: both sides could be wrong together. Of connectors it sees the wire schemas alone.
  sandbox: ['base', 'domain', 'connectors/[^/]+/wire'],
  testing: [...library, 'config', 'handlers', 'sandbox'],
  cli: [...library, 'config', 'doctor', 'monitoring', 'handlers', 'sandbox', 'testing'],
}

const layerRules = Object.entries(layers).map(([layer, below]) => ({
  name: `${layer}-imports-only-downward`,
  comment: below.length > 0 ? `src/${layer} may import only ${below.join(', ')}` : `src/${layer} imports nothing of ours`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: [layer, ...below].map((name) => `^src/${name}(/|\\.ts$)`) },
}))

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'every-folder-is-a-layer',
      comment: 'A new folder of src/ gets its row in the table above first',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: Object.keys(layers).map((layer) => `^src/${layer}/`) },
      to: { path: '^src/' },
    },
    {
      name: 'public-face-stays-below-the-tools',
      comment: 'src/index.ts offers the library: the command, the simulators and the test kit have doors of their own',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: '^src/(cli|sandbox|testing)/' },
    },
    {
      name: 'wire-imports-no-code-of-ours',
      comment: 'The sandbox reads these files: what a wire file imports, the sandbox would share with the client',
      severity: 'error',
      from: { path: '^src/connectors/[^/]+/wire' },
      to: { path: '^src/', pathNot: ['^src/base/', '^src/connectors/[^/]+/wire'] },
    },
    { name: 'no-circular', comment: 'Two modules that need each other are one, or three', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', comment: 'The import leads nowhere', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared-dependency',
      comment: 'A user gets only what stands under "dependencies"; pg, pg-boss, tedious and tarn are optional peers, loaded where they are asked for',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '^node_modules/(pg|pg-boss|tarn|tedious|@opentelemetry/api)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
}
