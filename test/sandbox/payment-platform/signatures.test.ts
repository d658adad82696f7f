import { expect, test } from 'vitest'
import { isSignature, keypaySignature, paygovLinkSignature, payplatSignature } from '../../../src/sandbox/payment-platform/signatures.js'
import { AT, initMessage, PARTNER, REFERENCE, SECRET } from './messages.js'

const confirm = {
  ...{ LoaiBanTin: 'CONFIRM', MaLoi: '00', MaDoiTac: PARTNER, MaThamChieu: REFERENCE, SoTien: 150000, MaTienTe: 'VND' },
  ...{ MaGiaoDich: 'PP26112200000123', MaNganHang: '970436', ThoiGianGD: '20261122091633', ThongTinGiaoDich: 'THANH TOAN HO SO H99-261122-0001' },
}
const question = { PhienBan: '1.0.6', MaDoiTac: PARTNER, MaThamChieu: REFERENCE, ThoiGianGD: AT }
const pay = {
  addition_fee: '0',
  client_id: 'TEST_CLIENT',
  command: 'PAY',
  trans_amount: '150000',
  transaction_id: '12345_0a1b2c3d-4e5f-',
  version: '3.0',
}

/** contracts/payment-platform.md §6.1 */
test.each([
  ['V1', payplatSignature('INIT', initMessage, SECRET), '187e0535ebb9fb3d32cd311075885799ca9e9ecfa87788c8155671057b5ad9dd'],
  ['V1h', payplatSignature('INIT', initMessage, SECRET, 'june-2020'), 'fff25533f505aa07e031a216a9d940a9c14ba9decd9b2b63f877e111692c3b0b'],
  ['V2', payplatSignature('CONFIRM', confirm, SECRET), 'e47f4b2f41e109af28aaec651c4b05d204a3262749160176b8905eb66bdf6310'],
  ['V3', payplatSignature('QUERY', { LoaiBanTin: 'QUERY', ...question }, SECRET), 'f577280f1a1e0908e7b669c2460812bc764eb18b89421a75608e225e3acf6efe'],
  [
    'V4',
    payplatSignature('GET_BILL', { LoaiBanTin: 'GET_BILL', ...question }, SECRET),
    '6f7651d960c56391bdb55950a09f31b7b99d8f1ac21706e416e6e5a0733ef511',
  ],
  [
    'V5 NFC',
    payplatSignature('CONFIRM', { ...confirm, ThongTinGiaoDich: 'Thanh toán hồ sơ'.normalize('NFC') }, SECRET),
    '2f31d160aca67ead6da018dd0b1e7b9041e62d0d24e0baa5c5ca5de09eddf1a1',
  ],
  [
    'V5 NFD',
    payplatSignature('CONFIRM', { ...confirm, ThongTinGiaoDich: 'Thanh toán hồ sơ'.normalize('NFD') }, SECRET),
    'd8efd709a65964867274a61a448fe53eb79a87e1c45e04e171b0ae452a12cf17',
  ],
  ['V6', keypaySignature('create', pay, 'KEY-ONE'), '37bbcc858b13ac3cd9808fb0e35535665a5c951af1cef95286a09c1eee6c2f8a'],
  ['V7', keypaySignature('callback', pay, 'KEY-TWO'), '41f36e8c4b36533ac0c9c2e18e27334c73ca8fcce00b15916ca4915adfc4189b'],
  ['V8', keypaySignature('detail', pay, 'KEY-ONE'), 'f2ef9e9bb520ef1beebad124b7155784986bacced38999c773a904209223ffd3'],
  [
    'V10',
    paygovLinkSignature(
      {
        ...{ accessKey: 'TESTACCESS', partnerCode: 'PAYGOV-TEST', orderId: '000.00.99.H99-H99-261122-0001-01' },
        ...{ requestCode: '123451795338900000', amount: 150000 },
      },
      'TESTSECRET',
    ),
    '6fbf0ae4a29ba5007de8335655ece895435380456fac6a258d65c93283b2fe1f',
  ],
])('the sandbox signs vector %s of the contract', (_, signature, expected) => {
  expect(signature).toBe(expected)
})

test('only the very digits are a signature', () => {
  expect(isSignature('ab12', 'ab12')).toBe(true)
  for (const other of ['AB12', 'ab1', 'ab123', '', undefined, 12]) expect(isSignature('ab12', other)).toBe(false)
})
