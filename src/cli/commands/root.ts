import { defineCommand } from 'citty'

/** Commands are loaded when they are called: `lienthong status` does not wait for the sandbox's code. */
export const root = defineCommand({
  meta: { name: 'lienthong', description: 'Keeps a province’s dossiers in step with the national portal (Cổng DVCQG). Start with: lienthong demo' },
  subCommands: {
    demo: () => import('./demo.js').then((module) => module.demo),
    init: () => import('./init.js').then((module) => module.init),
    doctor: () => import('./doctor.js').then((module) => module.doctor),
    sync: () => import('./sync.js').then((module) => module.sync),
    catalogue: () => import('./catalogue/index.js').then((module) => module.catalogue),
    mapping: () => import('./mapping.js').then((module) => module.mapping),
    dossier: () => import('./dossier.js').then((module) => module.dossier),
    failures: () => import('./failures.js').then((module) => module.failures),
    sources: () => import('./sources.js').then((module) => module.sources),
    status: () => import('./status.js').then((module) => module.status),
    payments: () => import('./payments/index.js').then((module) => module.payments),
    files: () => import('./files/index.js').then((module) => module.files),
    ledger: () => import('./ledger.js').then((module) => module.ledger),
    receive: () => import('./receive.js').then((module) => module.receive),
    worker: () => import('./worker.js').then((module) => module.worker),
    inspect: () => import('./inspect.js').then((module) => module.inspect),
    sandbox: () => import('./sandbox.js').then((module) => module.sandbox),
  },
})
