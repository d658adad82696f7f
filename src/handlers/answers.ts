import type { OutboundResponse } from './handler.js'

/** An answer in JSON. Never kept by a cache, never taken for something else by a browser. */
export function jsonAnswer(status: number, document: unknown, headers: Readonly<Record<string, string>> = {}): OutboundResponse {
  return answer(status, 'application/json; charset=utf-8', JSON.stringify(document), headers)
}

/** @param type with its charset: `application/xml; charset=utf-8` */
export function answer(status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): OutboundResponse {
  return { status, headers: { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers }, body }
}

/** What is said before anybody knows who asks. */
export function refusal(status: number, says: string, headers: Readonly<Record<string, string>> = {}): OutboundResponse {
  return jsonAnswer(status, { error: says }, headers)
}
