// Preloaded into a receiver: it ends with SIGKILL when a message is on disk and its acknowledgement is not yet on the wire, and sometimes before.
import { Server, ServerResponse } from 'node:http'

const share = Number(process.env.DIE ?? 0)
const die = () => process.kill(process.pid, 'SIGKILL')
const { flushHeaders } = ServerResponse.prototype
ServerResponse.prototype.flushHeaders = function (...args) {
  if (this.req.url.includes('/Document/') && this.statusCode === 200 && Math.random() < share) die()
  return flushHeaders.apply(this, args)
}
const { emit } = Server.prototype
Server.prototype.emit = function (name, ...args) {
  if (name === 'request' && Math.random() < share / 4) setTimeout(die, Math.random() * 3)
  return emit.call(this, name, ...args)
}
