import type { z } from 'zod'
import type { Text } from '../../base/index.js'
import { knownMembers, type MemberShape, memberPlace, readInboundJson } from '../inbound-json.js'
import { type RelayDossier, relayDocument, relayDossier, relayResult } from './wire.js'

const shape: MemberShape = {
  names: Object.keys(relayDossier.shape).filter((name) => name !== 'unit'),
  lists: { TaiLieuNop: { names: Object.keys(relayDocument.shape) }, DanhSachGiayToKetQua: { names: Object.keys(relayResult.shape) } },
}

export type PushedDossier =
  | { readonly ok: true; readonly content: RelayDossier }
  /** `field` is `MaHoSo`, `TaiLieuNop[0].IsDeleted`; empty for the whole element. */
  | { readonly ok: false; readonly field: string; readonly problem: Text }

export interface Push {
  readonly dossiers: readonly PushedDossier[]
  /** The push as a whole cannot be taken; `dossiers` is then what was whole before it broke off. */
  readonly problem: Text | null
}

/** Reads a push of `DongBoHoSoMC`: a bare array; a single object is taken for an array of one. contracts/provincial-sources.md §9.2 */
export function readPush(text: string): Push {
  const json = readInboundJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  if (!json.ok) return { dossiers: json.before.map(readOne), problem: json.problem }
  const list = Array.isArray(json.value) ? (json.value as readonly unknown[]) : [json.value]
  return { dossiers: list.map(readOne), problem: null }
}

function readOne(value: unknown): PushedDossier {
  const read = relayDossier.safeParse(knownMembers(value, shape))
  if (read.success) return { ok: true, content: read.data }
  return { ok: false, ...faultOf(read.error) }
}

function faultOf(error: z.ZodError): { field: string; problem: Text } {
  const path = error.issues[0]?.path ?? []
  const field = memberPlace(path)
  if (field === '') return { field, problem: { en: 'is no dossier object', vi: 'không phải đối tượng hồ sơ' } }
  if (field === 'MaHoSo') return { field, problem: { en: 'is missing or empty', vi: 'bị thiếu hoặc rỗng' } }
  return { field, problem: { en: 'has another type than the contract says', vi: 'không đúng kiểu dữ liệu theo tài liệu' } }
}
