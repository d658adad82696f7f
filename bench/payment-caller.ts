/**
 * A payment platform in a process of its own: posts every message of a file over a few connections, each waiting for its answer, and says how
 * long all of it took. Plain sockets and requests made beforehand: what is measured is who answers.
 */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'

const [port, path, file, connections] = process.argv.slice(2)
if (port === undefined || path === undefined || file === undefined || connections === undefined) throw new Error('port path file connections')

const requests = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((body) =>
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  )
let next = 0
let acknowledged = 0

async function call(): Promise<void> {
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    let answer = ''
    const ask = () => {
      answer = ''
      const request = requests[next++]
      if (request === undefined) resolve(void socket.end())
      else socket.write(request)
    }
    socket.once('connect', ask)
    socket.once('error', reject)
    socket.setEncoding('latin1').on('data', (part) => {
      answer += part
      const body = answer.indexOf('\r\n\r\n') + 4
      const length = /content-length: (\d+)/i.exec(answer)?.[1]
      if (body < 4 || answer.length < body + Number(length)) return
      if (answer.startsWith('HTTP/1.1 200') && answer.includes('"MaLoi":"00"')) acknowledged += 1
      ask()
    })
  })
}

const started = performance.now()
await Promise.all(Array.from({ length: Number(connections) }, call))
console.log(JSON.stringify({ acknowledged, seconds: (performance.now() - started) / 1000 }))
