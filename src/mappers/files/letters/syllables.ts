/** What a Vietnamese syllable may look like: enough to tell text from text that was read with the wrong letters. */
const ONSETS = 'b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q r s t th tr v x'.split(' ')

/** Without tone marks; behind `q` they begin with `u`. */
const RHYMES = [
  'a ac ach ai am an ang anh ao ap at au ay',
  'ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây',
  'e ec em en eng eo ep et ê êch êm ên ênh êp êt êu',
  'i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu',
  'o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot',
  'ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt',
  'u ua uan uang uanh uai uao uac uach uat uay uăc uăn uăng uăt uân uâng uât uâu uây uc uê uen ueo uet ue uên uênh uêch uêt ui um un ung up uơ ut uy uya uych uyn uynh uyên uyêt uyt uyu uôc uôi uôm uôn uông uôt',
  'ư ưa ưc ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu',
  'y yêm yên yêng yêt yêu',
].flatMap((row) => row.split(' '))

const known = new Set([
  ...RHYMES,
  ...ONSETS.flatMap((onset) => RHYMES.map((rhyme) => onset + rhyme)),
  ...['gi', 'giêng', 'giêc', 'quôc', 'đăk', 'đăc'],
])

const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g
/** Syllables that are stopped short have the rising tone or the heavy one. */
const STOPPED = /(?:c|ch|p|t)$/
const RISING_OR_HEAVY = /[\u0301\u0323]/

/** Whether a word could be Vietnamese: letters in an order that the language has, and at most one tone mark. */
export function isSyllable(word: string): boolean {
  const apart = word.normalize('NFD').toLowerCase()
  if ((apart.match(TONES)?.length ?? 0) > 1) return false
  return known.has(apart.replace(TONES, '').normalize('NFC')) && (!STOPPED.test(apart) || RISING_OR_HEAVY.test(apart))
}
