import { type KyselyPlugin, OperationNodeTransformer, type RootOperationNode, SchemableIdentifierNode } from 'kysely'

/** What the schemas are called here. A name that ends in `_` stands before the table's own, where a database has no schemas. */
export interface SchemaNames {
  readonly Business?: string
  readonly Catalog?: string
}

/** Statements are written with the product's own names; this puts the installation's in their place. */
export function tableNames(schemas: SchemaNames = {}): KyselyPlugin {
  const renaming = new Renaming(new Map(Object.entries(schemas)))
  return {
    transformQuery: ({ node, queryId }) => renaming.transformNode(node, queryId) as RootOperationNode,
    transformResult: async ({ result }) => result,
  }
}

class Renaming extends OperationNodeTransformer {
  constructor(readonly names: ReadonlyMap<string, string>) {
    super()
  }

  protected override transformSchemableIdentifier(node: SchemableIdentifierNode): SchemableIdentifierNode {
    const schema = node.schema === undefined ? undefined : this.names.get(node.schema.name)
    if (schema === undefined) return node
    return schema.endsWith('_')
      ? SchemableIdentifierNode.create(schema + node.identifier.name)
      : SchemableIdentifierNode.createWithSchema(schema, node.identifier.name)
  }
}
