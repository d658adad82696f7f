import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import Fastify from 'fastify'
import { onTestFinished } from 'vitest'
import { forExpress, forFastify, forNode, type InboundHandler } from '../../src/handlers/index.js'

/** The three servers a portal may have; each with the handler mounted, and other routes beside it where the framework has some. */
export const servers: Readonly<Record<string, (handler: InboundHandler) => Promise<string>>> = {
  'node:http': (handler) => listening(createServer(forNode(handler))),

  Express: (handler) => {
    const app = express()
    app.use('/inbound', forExpress(handler))
    app.use(express.json())
    app.post('/own', (request, response) => {
      response.json({ own: request.body })
    })
    return listening(createServer(app)).then((url) => `${url}/inbound`)
  },

  Fastify: async (handler) => {
    const app = Fastify()
    app.post('/own', (request) => ({ own: request.body }))
    app.register(forFastify(handler), { prefix: '/:unit/inbound' })
    await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => void app.close())
    return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/tinh/inbound`
  },
}

export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
