// Preloaded into a receiver: it ends with SIGKILL when a message is on disk and its acknowledgement is not yet on the wire, and sometimes before.
import { Server, ServerResponse } from 'node:http'

/** At which acknowledgement. */
let left = Number(process.env.DIE_AT ?? Number.POSITIVE_INFINITY)
/** And at which share of requests, at any moment. */
const SHARE = 0.01

const die = () => process.kill(process.pid, 'SIGKILL')
const { end } = ServerResponse.prototype
ServerResponse.prototype.end = function (...args) {
  if (this.req.url.includes('/Document/') && this.statusCode === 200) {
    left -= 1
    if (left === 0) return die()
  }
  return end.apply(this, args)
}
const { emit } = Server.prototype
Server.prototype.emit = function (name, ...args) {
  if (name === 'request' && Math.random() < SHARE) setTimeout(die, Math.random() * 3)
  return emit.call(this, name, ...args)
}
