/**
 * Whose a dossier is that two sources of a tenant have, or one source has twice: decided by what the ledger holds, by rules of the tenant, and
 * by nothing else. Without a rule nobody guesses: the second is not sent and says why. DESIGN "The sync engine: Identity".
 */
import { z } from 'zod'
import { canonicalJson, type Finding } from '../base/index.js'
import { codeKey } from '../domain/index.js'
import type { CodeHolder, DossierRow, PlannedVersion, Vault } from '../ledger/index.js'
import type { SourceTraits } from './ports.js'
import { fitting, scopeCondition } from './scope.js'

/** Dossiers with all these traits belong to this source, when another one has them, too. Rules are tried in order; the first that fits decides. */
export const ownershipRule = z.strictObject({
  /** Name of the source, as under `sources`. */
  owner: z.string().min(1),
  when: scopeCondition,
})
export type OwnershipRule = z.infer<typeof ownershipRule>

export interface Ownership {
  /** Digest of the rules: what they decided is decided anew when they change. */
  readonly rules: string
  ownerOf(traits: SourceTraits): string | undefined
  /** Whether a rule about parts says that this one is a dossier of its own. */
  standsAlone(traits: SourceTraits, source: string): boolean
}

export function ownershipOf(rules: readonly OwnershipRule[], vault: Vault, tenant: string): Ownership {
  const tests = rules.map(({ owner, when }) => ({ owner, ofParts: when.part === true, fits: fitting(when) }))
  return {
    rules: rules.length === 0 ? '' : vault.digest(tenant, canonicalJson(['ownership', rules])).slice(0, 16),
    ownerOf: (traits) => tests.find(({ fits }) => fits(traits))?.owner,
    standsAlone: (traits, source) => tests.find(({ ofParts, fits }) => ofParts && fits(traits))?.owner === source,
  }
}

/** Who stands in the way, of this chunk or of the ledger. */
export interface Rival {
  readonly source: string
  readonly key: string
  readonly localCode: string | null
  /** undefined: planned in this very batch. */
  readonly holder: CodeHolder | undefined
}

export interface Contender {
  readonly source: string
  readonly key: string
  readonly row: DossierRow | undefined
  readonly traits: SourceTraits
  /** The code it would be sent under by itself. */
  readonly nationalCode: string | null
  readonly holderOf: (code: string) => Rival | undefined
  /** Whether its source shows a dossier in this batch: it is there, whatever the ledger says. */
  readonly isShown: (rival: Rival) => boolean
  readonly ownership: Ownership
}

export interface Contest extends NonNullable<PlannedVersion['contest']> {
  readonly rival: Rival
}

export type Standing =
  /** `from`: whom it takes its codes from. `part`: of what it is a part, which nobody sends so far. */
  | { readonly kind: 'own'; readonly codes: readonly string[]; readonly from: CodeHolder | undefined; readonly part: string | undefined }
  | { readonly kind: 'contest'; readonly contest: Contest }

export function standingOf(contender: Contender): Standing {
  const { source, traits, row, nationalCode, ownership, holderOf } = contender
  const contest = (kind: Contest['kind'], code: string, rival: Rival): Standing => ({
    kind: 'contest',
    contest: { code, kind, holder_source: rival.source, holder_id: rival.key, rules: ownership.rules, rival },
  })
  const isOther = (rival: Rival | undefined): rival is Rival => rival !== undefined && !(rival.source === source && rival.key === contender.key)

  const whole = traits.parentCode == null || ownership.standsAlone(traits, source) ? undefined : codeKey(traits.parentCode)
  const holderOfWhole = whole === undefined ? undefined : holderOf(whole)
  if (whole !== undefined && isOther(holderOfWhole) && !givesWay(holderOfWhole, contender)) return contest('part-of-sent', whole, holderOfWhole)

  const codes = unique([traits.localCode, row?.sent_code ?? nationalCode])
  const contested = codes.flatMap((code) => {
    const rival = holderOf(code)
    return isOther(rival) ? [{ code, rival }] : []
  })
  const [first, ...others] = contested
  const part = whole !== undefined && row?.presence !== 'present' ? whole : undefined
  if (first === undefined) return { kind: 'own', codes, from: undefined, part }
  const { code, rival } = first
  if (others.some((other) => other.rival.source !== rival.source || other.rival.key !== rival.key)) return contest('two-sources', code, rival)
  const owner = ownership.ownerOf(traits)
  // What a rule gave to the other, the same rules do not take away again: they contradict each other, and a person has to look.
  const isOurs = owner === source && rival.source !== source && rival.holder !== undefined && rival.holder.rules !== ownership.rules
  if (isOurs || givesWay(rival, contender)) {
    const { holder } = rival
    if (holder === undefined || holder.inDoubt) return contest('two-sources', code, rival)
    return { kind: 'own', codes: unique([...codes, ...(row?.sent_code == null ? [holder.row.sent_code] : [])]), from: holder, part }
  }
  return contest(owner !== undefined && owner === rival.source && owner !== source ? 'owned-elsewhere' : 'two-sources', code, rival)
}

/** Out of scope, or not there any more: somebody else may take its place. */
function givesWay(rival: Rival, { isShown }: Contender): boolean {
  const { holder } = rival
  return holder !== undefined && !isShown(rival) && (holder.row.state === 'skipped' || holder.gone)
}

function unique(codes: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(codes.flatMap((code) => (code == null || code.trim() === '' ? [] : [codeKey(code)])))]
}

/** Why a dossier is not sent, for whoever has to decide. @param place where it stands at its source. */
export function conflictFinding(
  { kind, code, rival }: Contest,
  about: { readonly tenant: string; readonly source: string; readonly place: string },
): Finding {
  const { tenant, source, place } = about
  const other = `${rival.source} (${rival.localCode ?? rival.key})`
  const setting = `tenants.${tenant}.ownership`
  if (kind === 'part-of-sent')
    return {
      ruleId: 'conflict.part-of-sent',
      severity: 'error',
      path: 'parentCode',
      message: {
        en: `${source}, ${place}: it is a part of ${code}, which ${other} sends; sent by itself, it would be counted twice`,
        vi: `${source}, ${place}: là hồ sơ thành phần của ${code} mà ${other} đã gửi; gửi riêng sẽ bị tính hai lần`,
      },
      hint: {
        en: `Nothing of it is sent. If it is a dossier of its own, say so in ${setting}: {"owner":"${source}","when":{"part":true}}; if parts are never reported, skip them in tenants.${tenant}.scope: {"skip":"part","when":{"part":true}}.`,
        vi: `Chưa gửi gì của hồ sơ này. Nếu là hồ sơ độc lập, khai trong ${setting}: {"owner":"${source}","when":{"part":true}}; nếu không bao giờ báo cáo hồ sơ thành phần, bỏ qua trong tenants.${tenant}.scope: {"skip":"part","when":{"part":true}}.`,
      },
    }
  return {
    ruleId: 'conflict.two-sources',
    severity: 'error',
    path: 'localCode',
    message: {
      en: `${source}, ${place}: the code ${code} is already that of ${other}`,
      vi: `${source}, ${place}: mã ${code} đã là của ${other}`,
    },
    hint:
      rival.source === source
        ? {
            en: 'Nothing of this one is sent. Give one of the two another code at the source, or delete the one that is not valid; the next pass goes on by itself.',
            vi: 'Chưa gửi gì của hồ sơ này. Đổi mã một trong hai hồ sơ tại nguồn, hoặc xóa hồ sơ không hợp lệ; lần chạy sau sẽ tự tiếp tục.',
          }
        : {
            en: `Nothing of this one is sent. Say in ${setting} which source owns such dossiers, e.g. {"owner":"${source}","when":{…}}, or correct the code at its source; the next pass goes on by itself.`,
            vi: `Chưa gửi gì của hồ sơ này. Khai trong ${setting} nguồn nào sở hữu loại hồ sơ này, ví dụ {"owner":"${source}","when":{…}}, hoặc sửa mã tại nguồn; lần chạy sau sẽ tự tiếp tục.`,
          },
  }
}
